"""One's own addresses and numbers through the Frontend API."""

import pytest


@pytest.fixture
async def browser(world):
    made = world.browser()
    await made.sign_in("ann")
    yield made
    await made.close()


async def added(browser, path, **form):
    answer = await browser.post(path, form)
    assert answer.status_code == 200, answer.text
    return answer.json()["response"]


def code_of(answer) -> str:
    return answer.json()["errors"][0]["code"]


async def test_an_address_is_added_proven_and_removed(browser):
    made = await added(browser, "/me/email_addresses", email_address="new+clerk_test@example.com")
    assert (made["object"], made["verification"]) == ("email_address", None)
    path = f"/me/email_addresses/{made['id']}"
    sent = await browser.post(path + "/prepare_verification", {"strategy": "email_code"})
    assert sent.json()["response"]["verification"]["status"] == "unverified"
    done = await browser.post(path + "/attempt_verification", {"code": "424242"})
    assert done.json()["response"]["verification"]["status"] == "verified"
    assert (await browser.get(path)).json()["response"]["id"] == made["id"]
    listed = (await browser.get("/me/email_addresses")).json()
    assert [each["email_address"] for each in listed][-1] == "new+clerk_test@example.com"
    gone = await browser.delete(path)
    assert gone.json()["response"] == {"object": "email_address", "id": made["id"], "deleted": True}
    assert len(gone.json()["client"]["sessions"][0]["user"]["email_addresses"]) == 1


async def test_mistakes_with_addresses_are_told_at_their_fields(world, browser):
    await world.user("ben")
    answer = await browser.post("/me/email_addresses", {"email_address": "ben@example.com"})
    assert (answer.status_code, code_of(answer)) == (422, "form_identifier_exists")
    assert answer.json()["errors"][0]["meta"]["param_name"] == "email_address"
    answer = await browser.post("/me/email_addresses", {"email_address": "ben"})
    assert (answer.status_code, code_of(answer)) == (422, "form_param_format_invalid")
    made = await added(browser, "/me/email_addresses", email_address="new+clerk_test@example.com")
    path = f"/me/email_addresses/{made['id']}"
    answer = await browser.post(path + "/attempt_verification", {"code": "000000"})
    assert (answer.status_code, code_of(answer)) == (400, "verification_missing")
    answer = await browser.post(path + "/prepare_verification", {"strategy": "phone_code"})
    assert (answer.status_code, code_of(answer)) == (422, "strategy_for_user_invalid")
    await browser.post(path + "/prepare_verification", {"strategy": "email_code"})
    answer = await browser.post(path + "/attempt_verification", {"code": "000000"})
    assert (answer.status_code, code_of(answer)) == (422, "form_code_incorrect")
    assert (await browser.get("/me/email_addresses/idn_x")).status_code == 404
    user = (await browser.get("/me")).json()["response"]
    answer = await browser.delete(f"/me/email_addresses/{user['primary_email_address_id']}")
    assert code_of(answer) == "last_required_identification_deletion_failed"


async def test_a_number_is_added_proven_made_a_second_factor_and_removed(world, browser):
    use = {"is_enabled": True, "second_factors": ["phone_code"]}
    await world.configure(attributes={"phone_number": use})
    made = await added(browser, "/me/phone_numbers", phone_number="+12025550123")
    path = f"/me/phone_numbers/{made['id']}"
    sent = await browser.post(path + "/prepare_verification", {"strategy": "phone_code"})
    assert sent.json()["response"]["verification"]["strategy"] == "phone_code"
    done = await browser.post(path + "/attempt_verification", {"code": "424242"})
    assert done.json()["response"]["verification"]["status"] == "verified"
    answer = await browser.patch(path, {"reserved_for_second_factor": "true"})
    assert len(answer.json()["response"]["backup_codes"]) == 10
    assert answer.json()["client"]["sessions"][0]["user"]["two_factor_enabled"] is True
    answer = await browser.patch(path, {"default_second_factor": "true"})
    assert answer.json()["response"]["default_second_factor"] is True
    assert (await browser.get(path)).json()["response"]["phone_number"] == "+12025550123"
    assert len((await browser.get("/me/phone_numbers")).json()) == 1
    assert (await browser.delete(path)).json()["response"]["deleted"] is True


async def test_mistakes_with_numbers_are_told(world, browser):
    answer = await browser.post("/me/phone_numbers", {"phone_number": "+12025550123"})
    assert (answer.status_code, code_of(answer)) == (422, "form_param_unknown")
    await world.configure(attributes={"phone_number": {"is_enabled": True}})
    answer = await browser.post("/me/phone_numbers", {"phone_number": "12"})
    assert (answer.status_code, code_of(answer)) == (422, "form_param_format_invalid")
    made = await added(browser, "/me/phone_numbers", phone_number="+12025550123")
    path = f"/me/phone_numbers/{made['id']}"
    answer = await browser.post(path + "/attempt_verification", {"code": "000000"})
    assert (answer.status_code, code_of(answer)) == (400, "verification_missing")
    answer = await browser.patch(path, {"default_second_factor": "true"})
    assert code_of(answer) == "identification_update_second_factor_unverified"
    assert (await browser.get("/me/phone_numbers/idn_x")).status_code == 404
