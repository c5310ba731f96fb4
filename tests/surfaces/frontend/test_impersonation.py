"""Somebody acting as a user through the Frontend API."""

import pytest

from tests.browsing import PASSWORD
from tests.core.sessions.reading import claims_of

SUPPORT = {"sub": "user_support", "desk": {"name": "Zoë"}}


@pytest.fixture
async def browser(world):
    made = world.browser()
    yield made
    await made.close()


async def ticket_for(world, name, **options):
    user = await world.user(name)
    body = {"user_id": user.id, "actor": SUPPORT, **options}
    return (await world.post("/actor_tokens", body)).json()


async def use(browser, ticket):
    return await browser.post("/client/sign_ins", {"strategy": "ticket", "ticket": ticket})


async def act_as(browser, name, **options):
    """Sign in as a user, and give the client with the session."""
    made = await ticket_for(browser.world, name, **options)
    answer = (await use(browser, made["token"])).json()
    browser.session_id = answer["response"]["created_session_id"]
    return answer["client"]


def error_of(answer):
    return answer.status_code, answer.json()["errors"][0]["code"]


@pytest.mark.security("C9")
async def test_the_session_names_the_actor_wherever_it_is_shown(world, browser):
    [session] = (await act_as(browser, "ann", session_max_duration_in_seconds=60))["sessions"]
    assert (session["actor"], session["user"]["id"]) == (SUPPORT, world.people["ann"])
    assert session["expire_at"] - session["created_at"] == 60_000
    assert session["factor_verification_age"] == [-1, -1]
    claims = claims_of(await browser.token())
    assert (claims["sub"], claims["act"]) == (world.people["ann"], SUPPORT)
    assert (await browser.state())["sessions"][0]["actor"] == SUPPORT
    found = (await world.get(f"/sessions/{browser.session_id}")).json()
    assert found["actor"] == SUPPORT


async def test_the_link_leads_to_the_app_to_sign_in(world, browser):
    made = await ticket_for(world, "ann")
    answer = await browser.http.get(made["url"])
    assert answer.status_code == 303
    assert "__clerk_status=sign_in" in answer.headers["location"]
    assert made["token"] in answer.headers["location"]


async def test_a_ticket_that_does_not_work_says_why(world, browser):
    made = await ticket_for(world, "ann")
    assert (await use(browser, made["token"])).status_code == 200
    assert error_of(await use(world.browser(), made["token"])) == (
        400,
        "actor_token_already_used_code",
    )
    made = await ticket_for(world, "ann")
    await world.post(f"/actor_tokens/{made['id']}/revoke")
    assert error_of(await use(world.browser(), made["token"])) == (400, "actor_token_revoked_code")
    made = await ticket_for(world, "ben")
    await world.client.delete(f"/v1/users/{world.people['ben']}")
    assert error_of(await use(world.browser(), made["token"])) == (
        404,
        "actor_token_subject_not_found",
    )
    made = await ticket_for(world, "cara")
    await world.post(f"/users/{world.people['cara']}/ban")
    assert error_of(await use(world.browser(), made["token"])) == (403, "user_banned")
    made = await ticket_for(world, "dan")
    form = {"strategy": "ticket", "ticket": made["token"]}
    refused = await world.browser().post("/client/sign_ups", form)
    assert error_of(refused) == (400, "actor_token_not_in_sign_in_code")


@pytest.mark.security("C9")
async def test_an_actor_changes_nothing_by_which_the_user_signs_in(world, browser):
    await world.user("ann", password=PASSWORD)
    await act_as(browser, "ann")
    new = {"current_password": PASSWORD, "new_password": "quite another phrase"}
    for answer in (
        await browser.post("/me/email_addresses", {"email_address": "mine@example.com"}),
        await browser.post("/me/phone_numbers", {"phone_number": "+15555550100"}),
        await browser.post("/me/change_password", new),
        await browser.post("/me/totp"),
        await browser.post("/me/passkeys"),
        await browser.delete("/me"),
    ):
        assert error_of(answer) == (403, "authorization_invalid"), answer.request.url
    path = f"/client/sessions/{browser.session_id}/verify"
    answer = await browser.post(path, {"level": "first_factor"})
    assert error_of(answer) == (403, "authorization_invalid")


@pytest.mark.security("C9")
async def test_an_actor_makes_no_key_that_would_outlast_the_session(world, browser):
    await world.configure(api_keys={"for_users": True})
    await act_as(browser, "ann")
    url = f"http://auth.test/frontend/i/{world.instance_id}/api_keys"
    headers = {"authorization": f"Bearer {await browser.token()}"}
    json = {"name": "Deploy", "subject": world.people["ann"]}
    answer = await world.client.post(url, json=json, headers=headers)
    assert error_of(answer) == (403, "authorization_invalid")
    acme = await world.organization(owner="ann")
    answer = await world.client.post(
        "http://api.test/rpc/v1/organizations/tokens/create",
        json={"organizationId": acme.id},
        headers=headers,
    )
    assert answer.status_code == 403, answer.text


@pytest.mark.security("C9")
async def test_what_an_actor_does_and_may_not_do_is_written_down_with_their_name(world, browser):
    await act_as(browser, "ann")
    assert (await browser.patch("/me", {"first_name": "Anna"})).status_code == 200
    await browser.post("/me/totp")
    for name in ("user.updated", "operation.refused"):
        event = (await world.events(name))[-1]
        assert event["actor"]["impersonator"] == "user_support"
        assert event["actor"]["user_id"] == world.people["ann"]
        assert event["actor"]["session_id"] == browser.session_id


async def test_who_acts_as_nobody_is_written_down_as_before(world, browser):
    await browser.sign_in("ann")
    await browser.patch("/me", {"first_name": "Anna"})
    assert "impersonator" not in (await world.events("user.updated"))[-1]["actor"]


async def test_signing_out_ends_the_actor_s_session(world, browser):
    await act_as(browser, "ann")
    answer = await browser.post(f"/client/sessions/{browser.session_id}/end")
    assert answer.json()["response"]["status"] == "ended"
    assert (await browser.state())["sessions"] == []
