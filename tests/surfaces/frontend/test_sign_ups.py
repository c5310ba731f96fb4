"""Signing up through the Frontend API."""

import pytest

ADDRESS = "new+clerk_test@example.com"
PASSWORD = "a long pass phrase of mine"


@pytest.fixture
async def browser(world):
    made = world.browser()
    yield made
    await made.close()


async def test_address_password_and_code_make_a_user_and_a_session(world, browser):
    begun = await browser.post("/client/sign_ups", {"email_address": ADDRESS, "password": PASSWORD})
    sign_up = begun.json()["response"]
    assert begun.status_code == 200, begun.text
    assert sign_up["status"] == "missing_requirements"
    assert sign_up["unverified_fields"] == ["email_address"]
    path = f"/client/sign_ups/{sign_up['id']}"
    await browser.post(path + "/prepare_verification", {"strategy": "email_code"})
    done = await browser.post(
        path + "/attempt_verification", {"strategy": "email_code", "code": "424242"}
    )
    found = done.json()
    assert found["response"]["status"] == "complete"
    assert found["client"]["sessions"][0]["user"]["id"] == found["response"]["created_user_id"]
    assert len(await world.events("user.created")) == 1


async def test_a_wrong_code_is_told_at_its_field(browser):
    begun = await browser.post("/client/sign_ups", {"email_address": ADDRESS, "password": PASSWORD})
    path = f"/client/sign_ups/{begun.json()['response']['id']}"
    await browser.post(path + "/prepare_verification", {"strategy": "email_code"})
    answer = await browser.post(
        path + "/attempt_verification", {"strategy": "email_code", "code": "000000"}
    )
    error = answer.json()["errors"][0]
    assert (error["code"], error["meta"]["param_name"]) == ("form_code_incorrect", "code")


async def test_an_address_of_somebody_is_taken(world, browser):
    await world.user("ann")
    answer = await browser.post("/client/sign_ups", {"email_address": "ann@example.com"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "form_identifier_exists"
