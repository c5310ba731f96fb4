"""A code is good for the attempt and the browser that asked for it, and nowhere else."""

import re

import pytest

from tests.browsing import PASSWORD, Browser
from tests.sent import sent, work_off

ADDRESS = "ann@example.com"


@pytest.fixture
async def browsers(world):
    made = [world.browser(), world.browser()]
    yield made
    for browser in made:
        await browser.close()


async def code_to(world, to: str) -> str:
    """The newest code that was sent to an address."""
    await work_off(world)
    return re.search(r"\b\d{6}\b", (await sent(world, to))[-1].text)[0]


async def asked_for(world, browser: Browser) -> tuple[str, str]:
    """The path of a sign-in that waits for a code, and the code."""
    begun = await browser.post("/client/sign_ins", {"identifier": ADDRESS})
    found = begun.json()["response"]
    (way,) = (each for each in found["supported_first_factors"] if each["strategy"] == "email_code")
    form = {"strategy": "email_code", "email_address_id": way["email_address_id"]}
    path = f"/client/sign_ins/{found['id']}"
    assert (await browser.post(path + "/prepare_first_factor", form)).status_code == 200
    return path, await code_to(world, ADDRESS)


async def tried(browser: Browser, path: str, code: str):
    return await browser.post(
        path + "/attempt_first_factor", {"strategy": "email_code", "code": code}
    )


@pytest.mark.security("B4", "C10")
async def test_a_code_is_of_no_use_in_the_sign_in_of_another_browser(world, browsers):
    await world.user("ann", email=ADDRESS, password=PASSWORD)
    (own_path, own_code), (other_path, other_code) = [
        await asked_for(world, browser) for browser in browsers
    ]
    own, other = browsers
    assert (await tried(other, other_path, own_code)).status_code == 422
    assert (await tried(other, own_path, own_code)).status_code == 404
    assert (await other.state())["sessions"] == []
    assert (await tried(own, own_path, own_code)).json()["response"]["status"] == "complete"
    assert (await tried(other, other_path, other_code)).json()["response"]["status"] == "complete"


@pytest.mark.security("B4")
async def test_a_code_is_of_no_use_in_a_later_attempt_of_the_same_browser(world, browsers):
    await world.user("ann", email=ADDRESS, password=PASSWORD)
    browser, _ = browsers
    _, earlier = await asked_for(world, browser)
    path, later = await asked_for(world, browser)
    assert (await tried(browser, path, earlier)).status_code == 422
    assert (await tried(browser, path, later)).json()["response"]["status"] == "complete"


@pytest.mark.security("B4")
async def test_a_code_for_a_new_address_is_of_no_use_in_another_browser_of_the_person(
    world, browsers
):
    own, other = browsers
    await own.sign_in("ann")
    begun = await other.post("/client/sign_ins", {"identifier": ADDRESS, "password": PASSWORD})
    other.session_id = begun.json()["response"]["created_session_id"]
    made = (await own.post("/me/email_addresses", {"email_address": "new@example.com"})).json()
    path = f"/me/email_addresses/{made['response']['id']}"
    await own.post(path + "/prepare_verification", {"strategy": "email_code"})
    code = await code_to(world, "new@example.com")
    refused = await other.post(path + "/attempt_verification", {"code": code})
    assert refused.status_code in {400, 422}
    taken = await own.post(path + "/attempt_verification", {"code": code})
    assert taken.json()["response"]["verification"]["status"] == "verified"
