"""Second factors through the Frontend API."""

import pytest

from tests.factors import code_at, half_a_minute_on

PLACE = "/me/totp"


@pytest.fixture
async def browser(world):
    made = world.browser()
    await made.sign_in("ann")
    yield made
    await made.close()


def code_of(answer):
    return answer.json()["errors"][0]["code"]


async def enabled(world, browser):
    secret = (await browser.post(PLACE)).json()["response"]["secret"]
    code = code_at(world.platform, secret)
    return secret, await browser.post(PLACE + "/attempt_verification", {"code": code})


async def test_an_app_is_begun_and_verified(world, browser):
    begun = (await browser.post(PLACE)).json()["response"]
    assert (begun["object"], begun["verified"], begun["backup_codes"]) == ("totp", False, None)
    assert begun["uri"].startswith("otpauth://totp/")
    code = code_at(world.platform, begun["secret"])
    answer = await browser.post(PLACE + "/attempt_verification", {"code": code})
    done = answer.json()
    user = done["client"]["sessions"][0]["user"]
    assert (done["response"]["verified"], done["response"]["secret"]) == (True, None)
    assert len(done["response"]["backup_codes"]) == 10
    assert (user["totp_enabled"], user["backup_code_enabled"]) == (True, True)
    assert user["two_factor_enabled"]


async def test_a_second_app_is_refused(world, browser):
    await enabled(world, browser)
    answer = await browser.post(PLACE)
    assert (answer.status_code, code_of(answer)) == (400, "totp_already_enabled")


async def test_a_wrong_code_is_told_at_its_field(browser):
    await browser.post(PLACE)
    answer = await browser.post(PLACE + "/attempt_verification", {"code": "000"})
    assert (answer.status_code, code_of(answer)) == (422, "form_code_incorrect")
    assert answer.json()["errors"][0]["meta"]["param_name"] == "code"


async def test_an_app_is_removed(world, browser):
    await enabled(world, browser)
    done = (await browser.delete(PLACE)).json()
    assert (done["response"]["object"], done["response"]["deleted"]) == ("totp", True)
    assert done["client"]["sessions"][0]["user"]["totp_enabled"] is False


async def test_what_is_not_there_is_not_removed(browser):
    answer = await browser.delete(PLACE)
    assert (answer.status_code, code_of(answer)) == (404, "resource_not_found")


async def test_recovery_codes_are_made(world, browser):
    await enabled(world, browser)
    made = (await browser.post("/me/backup_codes")).json()["response"]
    assert (made["object"], len(made["codes"])) == ("backup_code", 10)


async def test_recovery_codes_need_a_second_factor(browser):
    answer = await browser.post("/me/backup_codes")
    assert (answer.status_code, code_of(answer)) == (400, "backup_codes_not_available")


async def test_a_sign_in_asks_for_the_app_and_takes_a_recovery_code(world, browser):
    _, verified = await enabled(world, browser)
    code = verified.json()["response"]["backup_codes"][0]
    other = world.browser()
    begun = await other.post(
        "/client/sign_ins",
        {"identifier": "ann@example.com", "password": "a long pass phrase of mine"},
    )
    sign_in = begun.json()["response"]
    assert sign_in["status"] == "needs_second_factor"
    factors = [each["strategy"] for each in sign_in["supported_second_factors"]]
    assert factors == ["totp", "backup_code"]
    done = await other.post(
        f"/client/sign_ins/{sign_in['id']}/attempt_second_factor",
        {"strategy": "backup_code", "code": code},
    )
    found = done.json()["response"]
    assert found["status"] == "complete"
    assert found["second_factor_verification"]["object"] == "verification_backup_code"
    await other.close()


@pytest.mark.security("B7")
async def test_an_old_session_is_asked_to_verify(world, browser):
    await world.configure(sign_in={"asks_again_for_changes": True})
    await world.sql(
        "UPDATE sessions SET first_factor_at = $2 WHERE id = $1",
        browser.session_id,
        half_a_minute_on(world.platform).clock().replace(year=2020),
    )
    answer = await browser.post(PLACE)
    error = answer.json()["errors"][0]
    assert (answer.status_code, error["code"]) == (403, "session_reverification_required")
    assert error["meta"] == {"level": "first_factor", "after_minutes": 10}


async def test_nobody_sets_up_an_app_without_a_session(world):
    stranger = world.browser()
    answer = await stranger.post(PLACE)
    assert answer.status_code == 401
    await stranger.close()


async def test_who_has_to_set_up_a_factor_is_told_so(world):
    await world.configure(sign_in={"requires_second_factor": True})
    browser = world.browser()
    await browser.sign_in("ann")
    [session] = (await browser.state())["sessions"]
    assert (session["status"], session["tasks"]) == ("pending", [{"key": "setup-mfa"}])
    _, verified = await enabled(world, browser)
    [session] = verified.json()["client"]["sessions"]
    assert (session["status"], session["tasks"]) == ("active", None)
    refused = await browser.delete(PLACE)
    assert (refused.status_code, code_of(refused)) == (400, "second_factor_deletion_not_allowed")
    await browser.close()


async def test_a_session_waits_no_more_for_what_is_not_asked_any_more(world):
    await world.configure(sign_in={"requires_second_factor": True})
    browser = world.browser()
    session_id = await browser.sign_in("ann")
    await world.configure(sign_in={"requires_second_factor": False})
    touched = await browser.post(f"/client/sessions/{session_id}/touch")
    found = touched.json()["response"]
    assert (found["status"], found["tasks"]) == ("active", None)
    await browser.close()
