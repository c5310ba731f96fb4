"""Signing in and up through a provider, as browsers' SDKs do it."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.elsewhere import STRATEGY, add
from tests.providing import Provider

BACK = "http://app.test/sso-callback"
QUESTION = {"strategy": STRATEGY, "redirect_url": BACK}


async def come_back(browser, provider: Provider, verification):
    """Go to the provider, say yes, and follow the way back as a navigation does."""
    brought = await provider.visit(verification["external_verification_redirect_url"])
    return await browser.get("/oauth_callback", **brought)


async def sign_up(browser, provider):
    answer = await browser.post("/client/sign_ups", QUESTION)
    verification = answer.json()["response"]["verifications"]["external_account"]
    assert verification["status"] == "unverified"
    return await come_back(browser, provider, verification)


async def sign_in(browser, provider):
    answer = await browser.post("/client/sign_ins", QUESTION)
    found = answer.json()["response"]
    assert found["status"] == "needs_identifier"
    return await come_back(browser, provider, found["first_factor_verification"])


async def test_a_sign_up_by_a_provider_ends_in_a_session(world, provider):
    await add(world, provider)
    browser = world.browser()
    answer = await sign_up(browser, provider)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(BACK)
    state = await browser.state()
    (session,) = state["sessions"]
    (account,) = session["user"]["external_accounts"]
    assert account["provider"] == STRATEGY
    assert account["verification"]["status"] == "verified"
    assert account["email_address"] == "ann@gmail.test"


async def test_a_sign_in_by_a_provider_ends_in_a_session(world, provider):
    await add(world, provider)
    await sign_up(world.browser(), provider)
    browser = world.browser()
    answer = await sign_in(browser, provider)
    assert answer.status_code == 303
    assert len((await browser.state())["sessions"]) == 1


async def test_in_development_the_app_is_told_its_new_token(world, provider):
    await add(world, provider)
    browser = world.browser()
    answer = await sign_up(browser, provider)
    carried = parse_qs(urlsplit(answer.headers["location"]).query)
    other = world.browser()
    found = await other.get("/client", __clerk_db_jwt=carried["__clerk_db_jwt"][0])
    assert len(found.json()["response"]["sessions"]) == 1


async def test_whom_nobody_knows_signs_up_with_what_was_proven(world, provider):
    await add(world, provider)
    browser = world.browser()
    await sign_in(browser, provider)
    verification = (await browser.state())["sign_in"]["first_factor_verification"]
    assert verification["status"] == "transferable"
    assert verification["error"]["code"] == "external_account_not_found"
    answer = await browser.post("/client/sign_ups", {"transfer": "true"})
    assert answer.json()["response"]["status"] == "complete"


async def test_a_sign_up_that_is_under_way_goes_on_with_what_was_proven(world, provider):
    await add(world, provider)
    await world.configure(attributes={"username": {"is_enabled": True, "is_required": True}})
    browser = world.browser()
    begun = await browser.post("/client/sign_ups", {"first_name": "Anna"})
    path = f"/client/sign_ups/{begun.json()['response']['id']}"
    refused = await browser.patch(path, {"transfer": "true"})
    assert refused.json()["errors"][0]["code"] == "account_transfer_invalid"
    await sign_in(browser, provider)
    taken = (await browser.patch(path, {"transfer": "true"})).json()["response"]
    assert taken["verifications"]["external_account"]["status"] == "verified"
    assert (taken["first_name"], taken["missing_fields"]) == ("Anna", ["username"])
    done = await browser.patch(path, {"username": "anna"})
    assert done.json()["response"]["status"] == "complete"


async def test_whom_somebody_knows_signs_in_with_what_was_proven(world, provider):
    await add(world, provider)
    await sign_up(world.browser(), provider)
    browser = world.browser()
    await sign_up(browser, provider)
    found = (await browser.state())["sign_up"]["verifications"]["external_account"]
    assert found["status"] == "transferable"
    assert found["error"]["code"] == "external_account_exists"
    answer = await browser.post("/client/sign_ins", {"transfer": "true"})
    assert answer.json()["response"]["status"] == "complete"


async def test_who_is_signed_in_here_already_is_told_the_session(world, provider):
    await add(world, provider)
    browser = world.browser()
    await sign_up(browser, provider)
    await sign_in(browser, provider)
    state = await browser.state()
    error = state["sign_in"]["first_factor_verification"]["error"]
    assert error["code"] == "identifier_already_signed_in"
    assert error["meta"]["session_id"] == state["sessions"][0]["id"]


async def test_there_is_nothing_to_take_over_without_a_proof(world):
    for path in ("/client/sign_ins", "/client/sign_ups"):
        answer = await world.browser().post(path, {"transfer": "true"})
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["code"] == "account_transfer_invalid"


async def test_who_says_no_finds_it_on_the_page(world, provider):
    await add(world, provider)
    browser = world.browser()
    answer = await browser.post("/client/sign_ins", QUESTION)
    url = answer.json()["response"]["first_factor_verification"][
        "external_verification_redirect_url"
    ]
    (state,) = parse_qs(urlsplit(url).query)["state"]
    answer = await browser.get("/oauth_callback", state=state, error="access_denied")
    assert answer.status_code == 303
    found = (await browser.state())["sign_in"]["first_factor_verification"]
    assert (found["status"], found["error"]["code"]) == ("failed", "oauth_access_denied")


@pytest.mark.security("F5")
async def test_an_answer_in_another_browser_is_refused(world, provider):
    await add(world, provider)
    browser, victim = world.browser(), world.browser()
    answer = await browser.post("/client/sign_ins", QUESTION)
    await victim.post("/client/sign_ins", QUESTION)
    found = await come_back(
        victim, provider, answer.json()["response"]["first_factor_verification"]
    )
    assert found.status_code == 400
    assert found.json()["errors"][0]["code"] == "oauth_callback_invalid"
    assert (await victim.state())["sessions"] == []


async def test_a_form_of_another_site_comes_round_as_an_address(world):
    browser = world.browser(origin="https://appleid.apple.com")
    answer = await browser.post("/oauth_callback", {"state": "s", "code": "c", "scope": "x"})
    assert answer.status_code == 303
    parts = urlsplit(answer.headers["location"])
    assert parts.path == f"/frontend/i/{world.instance_id}/v1/oauth_callback"
    assert parse_qs(parts.query) == {"state": ["s"], "code": ["c"]}


async def test_a_strategy_that_is_not_the_instances_is_refused(world):
    answer = await world.browser().post("/client/sign_ins", QUESTION)
    assert answer.status_code == 422


@pytest.mark.security("J8")
async def test_browsers_go_back_to_sites_of_the_instance_alone(world, provider):
    await add(world, provider)
    away = {"strategy": STRATEGY, "redirect_url": "https://evil.test/"}
    answer = await world.browser().post("/client/sign_ins", away)
    assert answer.status_code == 422


async def test_interfaces_draw_a_button_for_a_provider(world, provider):
    await add(world, provider, name="Acme")
    environment = (await world.browser().get("/environment")).json()
    social = environment["user_settings"]["social"]
    assert social[STRATEGY]["enabled"]
    assert social[STRATEGY]["name"] == "Acme"
