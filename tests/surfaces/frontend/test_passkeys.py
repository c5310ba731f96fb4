"""Passkeys through the Frontend API."""

import json

import pytest

from tests.authenticator import Authenticator, Lie

PLACE = "/me/passkeys"


@pytest.fixture
async def browser(world):
    made = world.browser()
    await made.sign_in("ann")
    yield made
    await made.close()


def code_of(answer):
    return answer.json()["errors"][0]["code"]


async def registered(browser, device, **lies):
    begun = (await browser.post(PLACE)).json()["response"]
    text = device.make(begun["verification"]["nonce"], Lie(**lies))
    return await browser.post(
        f"{PLACE}/{begun['id']}/attempt_verification",
        {"strategy": "passkey", "public_key_credential": text},
    )


async def test_a_passkey_is_asked_for_and_registered(browser):
    begun = (await browser.post(PLACE)).json()["response"]
    assert (begun["object"], begun["last_used_at"]) == ("passkey", None)
    assert begun["verification"]["status"] == "unverified"
    assert json.loads(begun["verification"]["nonce"])["rp"]["id"] == "app.test"
    done = (await registered(browser, Authenticator())).json()
    [shown] = done["client"]["sessions"][0]["user"]["passkeys"]
    assert done["response"]["verification"]["status"] == "verified"
    assert "nonce" not in done["response"]["verification"]
    assert shown["id"] == done["response"]["id"]


async def test_a_lie_is_refused(browser):
    answer = await registered(browser, Authenticator(), rp_id="evil.test")
    assert (answer.status_code, code_of(answer)) == (400, "passkey_authentication_failure")


async def test_what_is_no_credential_is_told_at_its_field(browser):
    begun = (await browser.post(PLACE)).json()["response"]
    answer = await browser.post(
        f"{PLACE}/{begun['id']}/attempt_verification", {"public_key_credential": "{"}
    )
    assert (answer.status_code, code_of(answer)) == (422, "passkey_invalid_public_key_credential")


async def test_a_page_elsewhere_is_refused(world, browser):
    await world.user("ann")
    strange = world.browser(origin="http://evil.test")
    await strange.sign_in("ann")
    assert (await strange.post(PLACE)).status_code in {400, 403}
    await strange.close()


async def test_a_passkey_is_read_and_renamed(browser):
    made = (await registered(browser, Authenticator())).json()["response"]
    renamed = await browser.patch(f"{PLACE}/{made['id']}", {"name": "Phone"})
    found = await browser.get(f"{PLACE}/{made['id']}")
    assert renamed.json()["response"]["name"] == found.json()["response"]["name"] == "Phone"


async def test_a_passkey_that_is_not_there_is_not_found(browser):
    for answer in (
        await browser.get(f"{PLACE}/passkey_x"),
        await browser.patch(f"{PLACE}/passkey_x", {"name": "Phone"}),
        await browser.delete(f"{PLACE}/passkey_x"),
    ):
        assert (answer.status_code, code_of(answer)) == (404, "resource_not_found")


async def test_a_passkey_is_removed(browser):
    made = (await registered(browser, Authenticator())).json()["response"]
    done = (await browser.delete(f"{PLACE}/{made['id']}")).json()
    assert done["response"] == {"object": "passkey", "id": made["id"], "deleted": True}
    assert done["client"]["sessions"][0]["user"]["passkeys"] == []


async def test_a_passkey_signs_in_on_another_browser(world, browser):
    device = Authenticator()
    await registered(browser, device)
    other = world.browser()
    begun = (await other.post("/client/sign_ins", {"strategy": "passkey"})).json()["response"]
    assert begun["status"] == "needs_identifier"
    proof = device.prove(begun["first_factor_verification"]["nonce"])
    done = await other.post(
        f"/client/sign_ins/{begun['id']}/attempt_first_factor",
        {"strategy": "passkey", "public_key_credential": proof},
    )
    found = done.json()
    assert found["response"]["status"] == "complete"
    assert found["client"]["sessions"][0]["user"]["id"] == world.people["ann"]
    assert found["client"]["sessions"][0]["factor_verification_age"] == [0, 0]
    await other.close()


async def test_a_passkey_of_nobody_is_not_registered(world, browser):
    begun = (await registered(browser, Authenticator())).json()["response"]
    other = world.browser()
    asked = (await other.post("/client/sign_ins", {"strategy": "passkey"})).json()["response"]
    answer = await other.post(
        f"/client/sign_ins/{asked['id']}/attempt_first_factor",
        {
            "strategy": "passkey",
            "public_key_credential": Authenticator().prove(
                asked["first_factor_verification"]["nonce"]
            ),
        },
    )
    assert (answer.status_code, code_of(answer)) == (404, "passkey_not_registered")
    assert begun["id"]
    await other.close()


async def test_the_backend_api_shows_passkeys_of_a_user(world, browser):
    made = (await registered(browser, Authenticator())).json()["response"]
    user = (await world.get(f"/users/{world.people['ann']}")).json()
    assert [each["id"] for each in user["passkeys"]] == [made["id"]]
