"""Signing in at the Accounts door by one call."""

import pytest

from charter.core.users import restrictions
from tests.browsing import PASSWORD
from tests.elsewhere import add
from tests.signing_in import PAGE, page_of, uid
from tests.surfaces.accounts.asking import refused
from tests.world import header


@pytest.fixture
async def page(world):
    return await page_of(world)


async def test_a_password_gives_tokens_and_says_who_one_is(world, page):
    acme = await world.organization(owner="ann")
    await world.user("ben", password=PASSWORD)
    await world.member(acme, "ben")
    answer = await page.sign_in("ben")
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["tokens"]["token_type"] == "Bearer"
    assert body["tokens"]["expires_in"] == 3600
    assert body["profile"]["id"] == uid(world, "ben")
    assert body["profile"]["credentials"][0]["email"] == "ben@example.com"
    assert body["profile"]["active_membership"]["account"]["name"] == "Acme"
    assert body["profile"]["memberships"] == [body["profile"]["active_membership"]]
    assert header(answer, "set-cookie") is None
    me = await page.get("me", bearer=body["tokens"]["access_token"])
    assert me.json() == body["profile"]
    by_id = await page.get(f"user/{uid(world, 'ben')}", bearer=body["tokens"]["access_token"])
    assert by_id.json()["id"] == uid(world, "ben")


async def test_a_wrong_password_and_an_unknown_address_are_told_alike(world, page):
    await world.user("ann", password=PASSWORD)
    wrong = await page.sign_in("ann", "not the one that it is")
    unknown = await page.sign_in("nobody")
    assert refused(wrong) == refused(unknown) == (401, "credentials_wrong")
    told = [{**each.json(), "instance": ""} for each in (wrong, unknown)]
    assert told[0] == told[1]


async def test_who_has_no_password_is_told_the_same(world, page):
    await world.user("ann")
    assert refused(await page.sign_in("ann")) == (401, "credentials_wrong")


async def test_a_login_is_a_session_that_a_ban_ends(world, page):
    tokens = await page.tokens("ann")
    assert (await page.get("me", bearer=tokens["access_token"])).status_code == 200
    listed = (await world.get("/sessions", params={"user_id": world.people["ann"]})).json()
    assert len(listed) == 1
    await world.call(None, restrictions.ban, user_id="ann")
    assert refused(await page.get("me", bearer=tokens["access_token"]))[0] == 401
    again = await page.post("refresh", refresh_token=tokens["refresh_token"])
    assert refused(again) == (401, "unauthenticated")
    assert refused(await page.sign_in("ann")) == (403, "user_banned")


async def test_a_session_that_is_revoked_ends_its_login(world, page):
    tokens = await page.tokens("ann")
    (session,) = (await world.get("/sessions", params={"user_id": world.people["ann"]})).json()
    await world.post(f"/sessions/{session['id']}/revoke")
    assert refused(await page.get("me", bearer=tokens["access_token"]))[0] == 401
    again = await page.post("refresh", refresh_token=tokens["refresh_token"])
    assert refused(again) == (401, "unauthenticated")


async def test_a_client_has_to_be_named_and_known(world, page):
    await world.user("ann", password=PASSWORD)
    unknown = await page.post(
        "sign-in", client_id="cid_2qQqQqQqQqQqQqQqQqQqQqQqQqQ", email="a@b.co", password="x"
    )
    assert refused(unknown) == (400, "client_unknown")


async def test_a_client_is_found_across_applications(world, other_world):
    there = await page_of(other_world)
    await other_world.user("ann", password=PASSWORD)
    assert (await there.sign_in("ann")).status_code == 200
    here = await page_of(world)
    assert refused(await here.sign_in("ann")) == (401, "credentials_wrong")


async def test_pages_of_other_origins_are_refused(world):
    for origin, status in ((PAGE, 200), ("https://evil.example", 403)):
        page = await page_of(world, origin=origin)
        await world.user("ann", password=PASSWORD)
        answer = await page.sign_in("ann")
        assert answer.status_code == status, answer.text
    assert refused(answer) == (403, "origin_not_allowed")


async def test_unknown_fields_are_refused(page):
    answer = await page.post("sign-in", email="a@b.co", password="x", surprise=1)
    assert refused(answer) == (400, "unknown_field")


async def test_a_login_moves_to_another_account(world, page):
    await world.user("ann", password=PASSWORD)
    await world.organization("Acme", owner="ann")
    beta = await world.organization("Beta", owner="ann")
    other = await world.organization("Other", owner="zoe")
    tokens = await page.tokens("ann")
    moved = await page.post(
        "switch-accounts", bearer=tokens["access_token"], account_id="acc_" + beta.id[4:]
    )
    assert moved.status_code == 200, moved.text
    assert moved.json()["profile"]["active_membership"]["account"]["name"] == "Beta"
    old = await page.post("refresh", refresh_token=tokens["refresh_token"])
    assert refused(old) == (401, "unauthenticated")
    fresh = moved.json()["tokens"]
    assert (await page.post("refresh", refresh_token=fresh["refresh_token"])).status_code == 200
    strange = await page.post(
        "switch-accounts", bearer=fresh["access_token"], account_id="acc_" + other.id[4:]
    )
    assert refused(strange) == (404, "not_found")


async def test_signing_out_ends_the_login_and_its_session(world, page):
    tokens = await page.tokens("ann")
    out = await page.post("sign-out", bearer=tokens["access_token"])
    assert (out.status_code, out.content) == (204, b"")
    assert refused(await page.get("me", bearer=tokens["access_token"]))[0] == 401
    (session,) = (await world.get("/sessions", params={"user_id": world.people["ann"]})).json()
    assert session["status"] == "ended"
    tokens = await page.tokens("ann")
    out = await page.post("sign-out", refresh_token=tokens["refresh_token"])
    assert out.status_code == 204
    assert refused(await page.get("me", bearer=tokens["access_token"]))[0] == 401
    assert (await page.post("sign-out")).status_code == 204


async def test_people_read_themselves_and_nobody_else(world, page):
    tokens = await page.tokens("ann")
    await world.user("ben")
    strange = await page.get(f"user/{uid(world, 'ben')}", bearer=tokens["access_token"])
    assert refused(strange) == (403, "insufficient_role")
    assert refused(await page.get("me")) == (401, "unauthenticated")


async def test_providers_that_are_offered_are_told_with_where_they_begin(world, page, provider):
    await add(world, provider, strategy="oauth_google")
    ways = (await page.post("login-methods")).json()
    assert ways["oauth_google"]["login_method"] == "oauth2"
    assert ways["oauth_google"]["authorize_url"].endswith("/accounts/auth/google/authorize")
    assert "oauth_github" not in ways


async def test_ways_to_sign_in_are_told(world, page):
    ways = (await page.post("login-methods")).json()
    assert ways["password"]["url"].endswith("/auth/sign-in")
    assert ways["magic_link"]["url"].endswith("/auth/send-magic-link")
    await world.user("ann", password=PASSWORD)
    await world.user("ben")
    known = (await page.post("check-email", email="ann@example.com")).json()
    assert known == {
        "status": "active",
        "preferred": ["email_password"],
        "available": ["email_password", "magic_link"],
    }
    linked = (await page.post("check-email", email="ben@example.com")).json()
    assert linked["available"] == ["magic_link"]
    unknown = (await page.post("check-email", email="nobody@example.com")).json()
    assert unknown == {"status": "inactive", "preferred": [], "available": []}
    await world.configure(sign_in={"hides_unknown_identifiers": True})
    hidden = [
        (await page.post("check-email", email=f"{name}@example.com")).json()
        for name in ("ann", "ben", "nobody")
    ]
    assert hidden[0] == hidden[1] == hidden[2]
