"""Testing tokens on the wire: made at the Backend API, shown at the Frontend API."""

import dataclasses

import httpx
import pytest

from charter.server import create_app
from tests.browsing import PASSWORD
from tests.world import new_world


class Nobody:
    """A captcha service that takes no browser for a person's."""

    async def is_person(self, _token, _address):
        return False


@pytest.fixture
async def browser(world, settings):
    """A browser at a server whose captcha nobody passes."""
    await world.configure(sign_up={"captcha_site_key": "site"})
    platform = dataclasses.replace(world.platform, captcha=Nobody())
    strict = create_app(settings, platform=platform)
    world.client = httpx.AsyncClient(
        transport=httpx.ASGITransport(app=strict),
        base_url="http://api.test",
        headers=world.client.headers,
    )
    made = world.browser()
    yield made
    await made.close()


async def made(world):
    answer = await world.post("/testing_tokens")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def sign_up(browser, **query):
    form = {"email_address": "new@example.com", "captcha_token": "of a program"}
    return await browser.post("/client/sign_ups", form, **query)


async def test_a_token_says_when_it_ends_in_seconds(world):
    token = await made(world)
    assert token.keys() == {"object", "token", "expires_at"}
    issued = int(token["token"].split("-")[0])
    assert (token["object"], token["expires_at"]) == ("testing_token", issued + 3600)


@pytest.mark.security("M2")
async def test_a_program_signs_up_with_a_token_and_not_without(world, browser):
    refused = await sign_up(browser)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (400, "captcha_invalid")
    token = (await made(world))["token"]
    passed = await sign_up(browser, __clerk_testing_token=token)
    assert passed.status_code == 200, passed.text
    assert passed.json()["client"]["captcha_bypass"] is True


@pytest.mark.security("M2")
async def test_a_token_of_another_instance_and_a_made_up_one_change_nothing(
    world, browser, platform, app
):
    other = await new_world(platform, app)
    foreign = (await made(other))["token"]
    own = (await made(world))["token"]
    for token in (foreign, own[:-2] + "__", "", "1713877200-c_x", "x" * 9000, [own, own]):
        refused = await sign_up(browser, __clerk_testing_token=token)
        assert refused.status_code == 400, refused.text
        assert refused.json()["errors"][0]["code"] == "captcha_invalid"


async def test_only_who_shows_a_token_is_told_that_no_captcha_is_needed(world, browser):
    token = (await made(world))["token"]
    await browser.put("/client")
    for query, expected in (({}, False), ({"__clerk_testing_token": token}, True)):
        answer = await browser.get("/client", **query)
        assert answer.json()["response"]["captcha_bypass"] is expected


@pytest.mark.security("M1")
async def test_tests_are_not_counted_by_their_address(world, browser):
    await world.configure(limits_addresses=True)
    await world.user("ann", password=PASSWORD)
    token = (await made(world))["token"]
    form = {"identifier": "ann@example.com"}
    for _ in range(31):
        answer = await browser.post("/client/sign_ins", form, __clerk_testing_token=token)
        assert answer.status_code == 200, answer.text
    answers = [(await browser.post("/client/sign_ins", form)).status_code for _ in range(31)]
    assert answers == [200] * 30 + [429]


async def test_wrong_passwords_lock_with_a_token_as_without(world, browser):
    await world.configure(lockout_attempts=2)
    await world.user("ann", password=PASSWORD)
    token = (await made(world))["token"]
    form = {"identifier": "ann@example.com", "password": "quite another phrase"}
    answers = [
        await browser.post("/client/sign_ins", form, __clerk_testing_token=token) for _ in range(3)
    ]
    assert answers[2].json()["errors"][0]["code"] == "user_locked"


async def test_production_has_tokens_too(world, browser):
    await world.sql(
        "UPDATE instances SET environment = 'production' WHERE id = $1", world.instance_id
    )
    token = (await made(world))["token"]
    assert (await sign_up(browser)).status_code == 400
    assert (await sign_up(browser, __clerk_testing_token=token)).status_code == 200


async def test_only_a_secret_key_makes_one(http):
    answer = await http.post("/v1/testing_tokens")
    assert answer.status_code == 401
