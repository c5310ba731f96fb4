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


async def proven(browser, **fields):
    """A sign-up whose address is proven and whose password is missing; its path."""
    begun = await browser.post("/client/sign_ups", {"email_address": ADDRESS, **fields})
    path = f"/client/sign_ups/{begun.json()['response']['id']}"
    await browser.post(path + "/prepare_verification", {"strategy": "email_code"})
    form = {"strategy": "email_code", "code": "424242"}
    assert (await browser.post(path + "/attempt_verification", form)).status_code == 200
    return path


async def test_a_proof_is_neither_asked_for_nor_given_twice(browser):
    path = await proven(browser)
    form = {"strategy": "email_code", "code": "424242"}
    for answer in (
        await browser.post(path + "/prepare_verification", form),
        await browser.post(path + "/attempt_verification", form),
    ):
        code = answer.json()["errors"][0]["code"]
        assert (answer.status_code, code) == (400, "verification_already_verified")
    assert (await browser.get(path)).json()["response"]["unverified_fields"] == []


async def test_an_address_in_other_letters_stays_proven(browser):
    path = await proven(browser)
    answer = await browser.patch(path, {"email_address": ADDRESS.upper()})
    assert answer.json()["response"]["unverified_fields"] == []


async def test_a_complete_sign_up_lacks_nothing_whenever_it_is_read(world, browser):
    path = await proven(browser, password=PASSWORD)
    seen = [(await browser.get(path)).json()["response"]]
    seen.append((await world.get(path.removeprefix("/client"))).json())
    for each in seen:
        told = (each["status"], each["missing_fields"], each["unverified_fields"])
        assert told == ("complete", [], [])


async def test_where_one_session_is_all_nobody_signs_up_beside_it(world, browser):
    await world.configure(sign_in={"has_single_session": True})
    await browser.sign_in("ann")
    answer = await browser.post("/client/sign_ups", {"email_address": ADDRESS})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "session_exists")


async def test_where_one_session_is_all_a_sign_up_takes_the_place_of_another(world, browser):
    await world.configure(sign_in={"has_single_session": True})
    begun = await browser.post("/client/sign_ups", {"email_address": ADDRESS, "password": PASSWORD})
    path = f"/client/sign_ups/{begun.json()['response']['id']}"
    await browser.post(path + "/prepare_verification", {"strategy": "email_code"})
    await browser.sign_in("ann")
    form = {"strategy": "email_code", "code": "424242"}
    done = (await browser.post(path + "/attempt_verification", form)).json()
    (session,) = done["client"]["sessions"]
    assert session["id"] == done["response"]["created_session_id"]


@pytest.mark.parametrize("strategy", ["carrier_pigeon", "oauth_", "passkey"])
async def test_a_strategy_that_there_is_not_is_refused_and_not_left_out(browser, strategy):
    refused = await browser.post(
        "/client/sign_ups", {"strategy": strategy, "email_address": ADDRESS}
    )
    assert refused.status_code == 422
    made = await browser.post(
        "/client/sign_ups", {"strategy": "email_code", "email_address": ADDRESS}
    )
    assert made.status_code == 200
    path = f"/client/sign_ups/{made.json()['response']['id']}"
    assert (await browser.patch(path, {"strategy": strategy})).status_code == 422
