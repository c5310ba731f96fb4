"""Signing in through the Frontend API."""

import pytest

from tests.asked import asked_meanwhile
from tests.browsing import PASSWORD
from tests.core.sessions.reading import claims_of


@pytest.fixture
async def browser(world):
    made = world.browser()
    yield made
    await made.close()


async def test_identifier_and_password_sign_in_in_one_step(world, browser):
    await world.user("ann", password=PASSWORD)
    answer = await browser.post(
        "/client/sign_ins", {"identifier": "ann@example.com", "password": PASSWORD}
    )
    found = answer.json()
    assert answer.status_code == 200
    assert found["response"]["status"] == "complete"
    assert found["response"]["created_session_id"] == found["client"]["last_active_session_id"]
    assert found["client"]["sign_in"] is None
    assert found["client"]["sessions"][0]["user"]["id"] == world.people["ann"]
    assert found["client"]["sessions"][0]["last_active_token"]["jwt"]


@pytest.mark.parametrize("has_organization", [False, True])
async def test_the_answer_to_a_sign_in_is_what_the_browser_would_read(
    world, browser, has_organization
):
    ann = await world.user("ann", password=PASSWORD)
    if has_organization:
        await world.organization()
    for password in ("something else", PASSWORD):
        answer = await browser.post(
            "/client/sign_ins", {"identifier": "ann@example.com", "password": password}
        )
    told, read = answer.json()["client"], await browser.state()
    for each in (told, read):
        assert claims_of(each["sessions"][0].pop("last_active_token")["jwt"])["sub"] == ann.id
    assert told == read


async def test_a_wrong_password_is_told_at_its_field(world, browser):
    await world.user("ann", password=PASSWORD)
    await browser.post("/client/sign_ins", {"identifier": "ann@example.com"})
    sign_in = (await browser.state())["sign_in"]
    answer = await browser.post(
        f"/client/sign_ins/{sign_in['id']}/attempt_first_factor",
        {"strategy": "password", "password": "something else"},
    )
    assert answer.status_code == 422
    error = answer.json()["errors"][0]
    assert (error["code"], error["meta"]["param_name"]) == ("form_password_incorrect", "password")


async def test_a_code_sent_by_mail_signs_in(world, browser):
    await world.user("ann", email="ann+clerk_test@example.com")
    begun = await browser.post(
        "/client/sign_ins", {"identifier": "ann+clerk_test@example.com", "strategy": "email_code"}
    )
    sign_in = begun.json()["response"]
    assert sign_in["status"] == "needs_first_factor"
    assert sign_in["first_factor_verification"]["strategy"] == "email_code"
    done = await browser.post(
        f"/client/sign_ins/{sign_in['id']}/attempt_first_factor",
        {"strategy": "email_code", "code": "424242"},
    )
    assert done.json()["response"]["status"] == "complete"


async def test_an_unknown_identifier_is_told_at_its_field(world, browser):
    answer = await browser.post("/client/sign_ins", {"identifier": "nobody@example.com"})
    error = answer.json()["errors"][0]
    assert answer.status_code == 422
    assert error["code"] == "form_identifier_not_found"
    assert error["meta"]["param_name"] == "identifier"


async def test_a_token_is_minted_for_the_browser_that_holds_the_session_alone(world, browser):
    session_id = await browser.sign_in("ann")
    assert await browser.token()
    other = world.browser()
    answer = await other.post(f"/client/sessions/{session_id}/tokens")
    assert answer.status_code == 401
    await other.close()


async def test_signing_out_ends_the_session_and_keeps_the_client(world, browser):
    await browser.sign_in("ann")
    before = (await browser.state())["id"]
    answer = await browser.delete("/client/sessions")
    assert answer.status_code == 200
    after = await browser.state()
    assert (after["id"], after["sessions"]) == (before, [])


async def test_a_sign_in_by_password_takes_few_statements(world, browser):
    """The person, the try, all that is written, and where the person is a member."""
    await browser.sign_in("ann")
    other = world.browser()
    form = {"identifier": "ann@example.com", "password": PASSWORD}
    with asked_meanwhile() as asked:
        assert (await other.post("/client/sign_ins", form)).status_code == 200
    assert len(asked) == 4, asked
    await other.close()


async def test_touching_a_session_switches_its_organization(world, browser):
    acme = await world.organization()
    user = await world.user("ben", password=PASSWORD)
    assert user
    await world.member(acme, "ben")
    session_id = await browser.sign_in("ben")
    answer = await browser.post(
        f"/client/sessions/{session_id}/touch",
        {"active_organization_id": acme.id, "intent": "select_org"},
    )
    assert answer.json()["response"]["last_active_organization_id"] == acme.id
    shown = answer.json()["client"]["sessions"][0]
    assert answer.json()["response"]["last_active_token"] == shown["last_active_token"]
    assert claims_of(shown["last_active_token"]["jwt"])["o"]["id"] == acme.id
    assert answer.json()["response"]["user"]["id"] == world.people["ben"]
    assert shown["user"]["organization_memberships"][0]["organization"]["id"] == acme.id


async def test_one_s_own_user_is_read_with_the_session_that_acts(world, browser):
    await browser.sign_in("ann")
    answer = await browser.get("/me")
    assert answer.json()["response"]["id"] == world.people["ann"]
    browser.session_id = None
    assert (await browser.get("/me")).status_code == 401


async def test_the_environment_tells_what_is_enabled(browser):
    answer = await browser.get("/environment")
    assert answer.status_code == 200
    assert answer.json()["user_settings"]["attributes"]["email_address"]["enabled"] is True
