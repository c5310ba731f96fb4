"""The tries of a code are told by the flow that waits for it, though each of them was refused."""

import pytest

from tests.browsing import PASSWORD

ADDRESS = "ann+clerk_test@example.com"
NUMBER = "+12015550142"
WRONG, RIGHT = "000000", "424242"


@pytest.fixture
async def browser(world):
    made = world.browser()
    yield made
    await made.close()


async def told(browser, path: str, name: str) -> tuple[str, int]:
    """How the check of a running flow stands: as the flow tells it, and the browser's state."""
    flow = (await browser.get(path)).json()["response"]
    seen = (await browser.state())[flow["object"].removesuffix("_attempt")]
    checks = [each.get("verifications", {}).get(name) or each[name] for each in (flow, seen)]
    assert checks[0] == checks[1]
    return checks[0]["status"], checks[0]["attempts"]


async def sign_in(world, browser) -> str:
    """The path of a sign-in that waits for a code."""
    await world.user("ann", email=ADDRESS)
    begun = await browser.post(
        "/client/sign_ins", {"identifier": ADDRESS, "strategy": "email_code"}
    )
    return f"/client/sign_ins/{begun.json()['response']['id']}"


async def tried(browser, path: str, code: str) -> int:
    answer = await browser.post(
        path + "/attempt_first_factor", {"strategy": "email_code", "code": code}
    )
    return answer.status_code


async def test_every_wrong_try_is_told_and_the_last_one_ends_the_code(world, browser):
    path = await sign_in(world, browser)
    stands = [await told(browser, path, "first_factor_verification")]
    for _ in range(5):
        assert await tried(browser, path, WRONG) == 422
        stands.append(await told(browser, path, "first_factor_verification"))
    assert stands == [*(("unverified", tries) for tries in range(5)), ("failed", 5)]
    assert await tried(browser, path, RIGHT) == 400


async def test_a_code_asked_for_again_has_its_own_tries(world, browser):
    path = await sign_in(world, browser)
    for _ in range(5):
        await tried(browser, path, WRONG)
    offers = (await browser.get(path)).json()["response"]["supported_first_factors"]
    (offer,) = (each for each in offers if each["strategy"] == "email_code")
    form = {"strategy": "email_code", "email_address_id": offer["email_address_id"]}
    assert (await browser.post(path + "/prepare_first_factor", form)).status_code == 200
    assert await told(browser, path, "first_factor_verification") == ("unverified", 0)
    for _ in range(4):
        assert await tried(browser, path, WRONG) == 422
    assert await tried(browser, path, RIGHT) == 200


async def test_each_code_of_a_sign_up_counts_its_own_tries(world, browser):
    await world.configure(attributes={"phone_number": {"is_enabled": True, "is_required": True}})
    form = {"email_address": ADDRESS, "phone_number": NUMBER, "password": PASSWORD}
    begun = await browser.post("/client/sign_ups", form)
    path = f"/client/sign_ups/{begun.json()['response']['id']}"
    for strategy, tries in (("email_code", 2), ("phone_code", 1)):
        await browser.post(path + "/prepare_verification", {"strategy": strategy})
        for _ in range(tries):
            await browser.post(
                path + "/attempt_verification", {"strategy": strategy, "code": WRONG}
            )
    assert await told(browser, path, "email_address") == ("unverified", 2)
    assert await told(browser, path, "phone_number") == ("unverified", 1)


async def test_a_code_of_a_sign_up_whose_tries_are_used_up_has_to_be_asked_for_again(
    world, browser
):
    begun = await browser.post("/client/sign_ups", {"email_address": ADDRESS, "password": PASSWORD})
    path = f"/client/sign_ups/{begun.json()['response']['id']}"
    await browser.post(path + "/prepare_verification", {"strategy": "email_code"})
    steps = []
    for tries in (1, 4):
        for _ in range(tries):
            await browser.post(
                path + "/attempt_verification", {"strategy": "email_code", "code": WRONG}
            )
        proof = (await browser.get(path)).json()["response"]["verifications"]["email_address"]
        steps.append((proof["status"], proof["next_action"]))
    assert steps == [("unverified", "needs_attempt"), ("failed", "needs_prepare")]


async def test_a_proven_factor_tells_how_many_tries_it_took(world, browser):
    await world.configure(attributes={"phone_number": {"is_enabled": True, "is_required": True}})
    form = {"email_address": ADDRESS, "phone_number": NUMBER, "password": PASSWORD}
    begun = await browser.post("/client/sign_ups", form)
    path = f"/client/sign_ups/{begun.json()['response']['id']}"
    await browser.post(path + "/prepare_verification", {"strategy": "email_code"})
    for code in (WRONG, WRONG, RIGHT):
        await browser.post(path + "/attempt_verification", {"strategy": "email_code", "code": code})
    assert await told(browser, path, "email_address") == ("verified", 3)
