"""Mailed links at the Accounts door: signing in, a new password, proof of an address."""

import pytest

from charter.core.account_logins import operations
from charter.core.account_logins.model import LoginLinkInvalid
from charter.core.email_addresses import operations as email_addresses
from charter.core.users import restrictions
from charter.core.users.model import IdentificationStatus
from charter.kernel.actor import Actor, ActorKind
from tests.browsing import PASSWORD
from tests.factors import SEED, code_at
from tests.sent import sent, work_off
from tests.signing_in import CALLBACK, PAGE, mailed, page_of, token_in
from tests.surfaces.accounts.asking import refused
from tests.world import all_at_once, header, later

NEW = "another long pass phrase"


@pytest.fixture
async def page(world):
    return await page_of(world)


async def link_for(world, page, name="ann", call="send-magic-link"):
    """The token of a link that somebody asks for."""
    answer = await page.post(call, email=f"{name}@example.com")
    assert (answer.status_code, answer.content) == (204, b"")
    return token_in((await mailed(world, f"{name}@example.com"))[-1])


async def test_a_mailed_link_signs_in_once(world, page):
    await world.user("ann")
    await page.post("send-magic-link", email="ann@example.com")
    (link,) = await mailed(world, "ann@example.com")
    assert link.startswith(CALLBACK + "?token=")
    answer = await page.post("sign-in-with-token", token=token_in(link))
    assert answer.status_code == 200, answer.text
    access = answer.json()["tokens"]["access_token"]
    assert (await page.get("me", bearer=access)).status_code == 200
    again = await page.post("sign-in-with-token", token=token_in(link))
    assert refused(again) == (400, "token_invalid")


async def test_a_link_signs_in_by_its_address_alone_too(world, page):
    await world.user("ann")
    token = await link_for(world, page)
    answer = await page.get("sign-in-with-token", client_id=page.client_id, token=token)
    assert answer.status_code == 200, answer.text


async def test_an_unknown_address_is_answered_alike_and_mailed_nothing(world, page):
    await world.user("ann", password=PASSWORD)
    for name in ("send-magic-link", "send-password-reset"):
        for who in ("ann", "nobody"):
            answer = await page.post(name, email=f"{who}@example.com")
            assert (answer.status_code, answer.content) == (204, b"")
    await work_off(world)
    assert {message.to_address for message in await sent(world)} == {"ann@example.com"}


@pytest.mark.security("J2")
async def test_of_twenty_uses_of_a_link_one_signs_in(world, page):
    await world.user("ann")
    token = await link_for(world, page)
    answers = await all_at_once(*(page.post("sign-in-with-token", token=token) for _ in range(20)))
    assert sorted(each.status_code for each in answers) == [200, *[400] * 19]
    assert len((await world.get("/sessions", params={"user_id": world.people["ann"]})).json()) == 1


@pytest.mark.security("J3")
async def test_a_link_is_for_the_client_that_it_was_made_for(world, page, other_world):
    await world.user("ann")
    token = await link_for(world, page)
    other = await page_of(world)
    stranger = await page_of(other_world)
    for each in (other, stranger):
        assert refused(await each.post("sign-in-with-token", token=token)) == (
            400,
            "token_invalid",
        )
    reset = await page.post("reset-password", token=token, new_password=NEW)
    assert refused(reset) == (400, "token_invalid")
    assert (await page.post("sign-in-with-token", token=token)).status_code == 200


@pytest.mark.security("B2")
async def test_a_link_needs_the_second_factor_too_and_is_not_spent_without(world, page):
    await world.user("ann", totp_secret=SEED)
    token = await link_for(world, page)
    without = await page.post("sign-in-with-token", token=token)
    assert refused(without) == (401, "second_factor_required")
    wrong = await page.post("sign-in-with-token", token=token, code="000000")
    assert refused(wrong) == (401, "second_factor_wrong")
    right = await page.post("sign-in-with-token", token=token, code=code_at(world.platform))
    assert right.status_code == 200, right.text


@pytest.mark.security("J1")
async def test_a_link_leads_where_the_client_says_and_nowhere_else(world):
    page = await page_of(world, redirect_uris=[CALLBACK, "https://shop.example/other?a=1"])
    await world.user("ann")
    elsewhere = await page.post(
        "send-magic-link", email="ann@example.com", redirect_uri="https://evil.example/"
    )
    assert refused(elsewhere) == (400, "validation_error")
    await page.post(
        "send-magic-link",
        email="ann@example.com",
        redirect_uri="https://shop.example/other?a=1",
    )
    (link,) = await mailed(world, "ann@example.com")
    assert link.startswith("https://shop.example/other?a=1&token=")


async def test_without_a_page_of_the_client_a_link_opens_one_of_ours_that_uses_nothing(world):
    page = await page_of(world, redirect_uris=[])
    await world.user("ann")
    await page.post("send-magic-link", email="ann@example.com")
    (link,) = await mailed(world, "ann@example.com")
    assert link.startswith("http://api.test/accounts/auth-pages/sign-in-with-token?client_id=cid_")
    opened = await page.http.get(link, headers={"accept": "text/html,*/*"})
    assert opened.status_code == 200
    assert header(opened, "content-type") == "text/html; charset=utf-8"
    assert "script-src 'sha256-" in (header(opened, "content-security-policy") or "")
    assert token_in(link) not in opened.text
    assert (await page.http.get(link)).text == opened.text
    used = await page.post("sign-in-with-token", token=token_in(link))
    assert used.status_code == 200, used.text


@pytest.mark.parametrize("name", ["verify", "reset-password", "accept-invite"])
async def test_every_mailed_link_has_a_page(page, name):
    opened = await page.get(name, headers={"accept": "text/html"}, token="x")
    assert opened.status_code == 200
    assert f'data-action="/accounts/auth/{name}"' in opened.text


@pytest.mark.security("J6")
async def test_a_new_password_by_mail_lifts_no_lock_of_an_administrator(world, page):
    await world.user("ann", password=PASSWORD)
    token = await link_for(world, page, call="send-password-reset")
    path = f"/users/{world.people['ann']}"
    await world.post(path + "/lock")
    done = await page.post("reset-password", token=token, new_password=NEW)
    assert done.status_code == 204, done.text
    assert (await world.get(path)).json()["locked"] is True


async def test_a_new_password_by_mail_ends_every_session_and_works(world, page):
    tokens = await page.tokens("ann")
    token = await link_for(world, page, call="send-password-reset")
    weak = await page.post("reset-password", token=token, new_password="short")
    assert refused(weak) == (400, "password_too_short")
    done = await page.post("reset-password", token=token, new_password=NEW)
    assert (done.status_code, done.content) == (204, b"")
    assert refused(await page.get("me", bearer=tokens["access_token"]))[0] == 401
    again = await page.post("refresh", refresh_token=tokens["refresh_token"])
    assert refused(again) == (401, "unauthenticated")
    assert refused(await page.sign_in("ann")) == (401, "credentials_wrong")
    assert (await page.sign_in("ann", NEW)).status_code == 200
    spent = await page.post("reset-password", token=token, new_password=NEW)
    assert refused(spent) == (400, "token_invalid")


@pytest.mark.security("J2")
async def test_a_newer_link_and_another_address_end_a_link(world, page):
    user = await world.user("ann", password=PASSWORD)
    first = await link_for(world, page, call="send-password-reset")
    second = await link_for(world, page, call="send-password-reset")
    late = await page.post("reset-password", token=first, new_password=NEW)
    assert refused(late) == (400, "token_invalid")
    await world.call(
        None,
        email_addresses.create,
        user_id="ann",
        address="other@example.com",
        is_verified=True,
        is_primary=True,
    )
    await world.call(None, email_addresses.delete, email_address_id=user.email_addresses[0].id)
    gone = await page.post("reset-password", token=second, new_password=NEW)
    assert refused(gone) == (400, "token_invalid")


@pytest.mark.security("J2")
async def test_a_link_ends_with_its_time(world, page):
    await world.user("ann")
    visitor = Actor(ActorKind.ANONYMOUS, world.instance_id)
    token = await link_for(world, page)
    with pytest.raises(LoginLinkInvalid):
        await world.call(
            visitor,
            operations.sign_in_with_link,
            token=token,
            client_id=page.client.id,
            platform=later(world.platform, minutes=16),
        )


@pytest.mark.security("C10")
async def test_a_link_that_another_site_opens_leaves_no_login_in_a_browser(world):
    kept = {"cookie_options": {"http_only": True}}
    page = await page_of(world, access_token=kept, refresh_token=kept)
    await world.user("ann")
    for origin, number in ((None, 0), (PAGE, 2)):
        token = await link_for(world, page)
        headers = {"origin": origin} if origin else {}
        answer = await page.get(
            "sign-in-with-token", client_id=page.client_id, token=token, headers=headers
        )
        assert answer.status_code == 200, answer.text
        assert len(answer.headers.get_list("set-cookie")) == number


async def test_links_to_a_new_password_go_to_proven_addresses_alone(world, page):
    await world.user(
        "ann",
        password=PASSWORD,
        email_addresses=["ann@example.com"],
        email_address_statuses=[IdentificationStatus.RESERVED],
    )
    await page.post("send-password-reset", email="ann@example.com")
    assert await mailed(world, "ann@example.com") == []
    await page.post("send-magic-link", email="ann@example.com")
    assert len(await mailed(world, "ann@example.com")) == 1


async def test_a_banned_person_is_mailed_nothing(world, page):
    await world.user("ann", password=PASSWORD)
    await world.call(None, restrictions.ban, user_id="ann")
    await page.post("send-magic-link", email="ann@example.com")
    assert await mailed(world, "ann@example.com") == []


async def test_one_inbox_is_not_flooded(world, page):
    await world.user("ann")
    for _ in range(8):
        assert (await page.post("send-magic-link", email="ann@example.com")).status_code == 204
    assert len(await mailed(world, "ann@example.com")) == 5


async def test_nobody_signs_in_by_a_link_where_mail_is_no_factor(world, page):
    await world.user("ann", password=PASSWORD)
    token = await link_for(world, page)
    await world.configure(attributes={"email_address": {"first_factors": []}})
    assert refused(await page.post("sign-in-with-token", token=token)) == (400, "token_invalid")
    await page.post("send-magic-link", email="ann@example.com")
    assert len(await mailed(world, "ann@example.com")) == 1
    assert "magic_link" not in (await page.post("login-methods")).json()
