"""Showing anew who is at a session, through the Frontend API."""

import pytest

from tests.browsing import PASSWORD
from tests.factors import SEED, code_at


@pytest.fixture
async def browser(world):
    made = world.browser()
    await made.sign_in("ann")
    yield made
    await made.close()


def place(browser, step=""):
    return f"/client/sessions/{browser.session_id}/verify{step}"


def code_of(answer):
    return answer.json()["errors"][0]["code"]


async def start(browser, level="first_factor"):
    return await browser.post(place(browser), {"level": level})


async def test_a_password_verifies_the_session(browser):
    begun = (await start(browser)).json()["response"]
    assert (begun["object"], begun["status"]) == ("session_reverification", "needs_first_factor")
    assert "password" in {each["strategy"] for each in begun["supported_first_factors"]}
    answer = await browser.post(
        place(browser, "/attempt_first_factor"), {"strategy": "password", "password": PASSWORD}
    )
    done = answer.json()
    assert done["response"]["status"] == "complete"
    assert done["response"]["session"]["id"] == browser.session_id
    assert done["client"]["last_active_session_id"] == browser.session_id
    assert "__client=" in answer.headers["set-cookie"]
    assert (await browser.state())["sessions"][0]["factor_verification_age"] == [0, -1]


async def test_a_wrong_password_is_told_at_its_field(browser):
    await start(browser)
    answer = await browser.post(
        place(browser, "/attempt_first_factor"), {"strategy": "password", "password": "x"}
    )
    assert (answer.status_code, code_of(answer)) == (422, "form_password_incorrect")


async def test_a_code_is_sent_and_taken(browser):
    await start(browser)
    sent = await browser.post(place(browser, "/prepare_first_factor"), {"strategy": "email_code"})
    found = sent.json()["response"]["first_factor_verification"]
    assert (found["strategy"], found["status"]) == ("email_code", "unverified")
    answer = await browser.post(
        place(browser, "/attempt_first_factor"), {"strategy": "email_code", "code": "x"}
    )
    assert (answer.status_code, code_of(answer)) == (422, "form_code_incorrect")


async def test_an_app_verifies_the_second_factor(world, browser):
    await world.patch(f"/users/{world.people['ann']}", {"totp_secret": SEED})
    begun = (await start(browser, "second_factor")).json()["response"]
    assert begun["status"] == "needs_second_factor"
    answer = await browser.post(
        place(browser, "/attempt_second_factor"),
        {"strategy": "totp", "code": code_at(world.platform)},
    )
    done = answer.json()["response"]
    assert done["status"] == "complete"
    assert done["second_factor_verification"]["object"] == "verification_totp"


async def test_a_second_factor_that_nobody_has_is_not_prepared(world, browser):
    await world.patch(f"/users/{world.people['ann']}", {"totp_secret": SEED})
    await start(browser, "second_factor")
    answer = await browser.post(
        place(browser, "/prepare_second_factor"), {"strategy": "phone_code"}
    )
    assert (answer.status_code, code_of(answer)) == (422, "strategy_for_user_invalid")


async def test_a_second_factor_is_prepared(world, browser):
    await world.configure(attributes={"phone_number": {"second_factors": ["phone_code"]}})
    user_id = world.people["ann"]
    await world.post(
        "/phone_numbers",
        {
            "user_id": user_id,
            "phone_number": "+14155550100",
            "verified": True,
            "reserved_for_second_factor": True,
        },
    )
    await start(browser, "second_factor")
    answer = await browser.post(
        place(browser, "/prepare_second_factor"), {"strategy": "phone_code"}
    )
    assert answer.json()["response"]["second_factor_verification"]["status"] == "unverified"


async def test_a_step_without_a_start_is_refused(browser):
    answer = await browser.post(
        place(browser, "/attempt_second_factor"), {"strategy": "totp", "code": "000000"}
    )
    assert (answer.status_code, code_of(answer)) == (400, "session_reverification_missing")


async def test_an_unknown_level_is_refused(browser):
    answer = await start(browser, "third_factor")
    assert answer.status_code == 422


async def test_a_session_of_another_browser_is_not_verified(world, browser):
    stranger = world.browser()
    answer = await stranger.post(place(browser), {"level": "first_factor"})
    assert answer.status_code == 401
    await stranger.close()
