"""External accounts of a signed-in person in the Frontend API."""

import pytest

from tests.elsewhere import STRATEGY, add

BACK = "http://app.test/user"
ASKED = {"strategy": STRATEGY, "redirect_url": BACK}


@pytest.fixture
async def browser(world, provider):
    """A browser that Ann is signed in on, in an instance with a provider."""
    await add(world, provider)
    made = world.browser()
    await made.sign_in("ann")
    return made


async def link(browser, provider):
    """Link an account; the account as the browser sees it then."""
    answer = await browser.post("/me/external_accounts", ASKED)
    assert answer.status_code == 200, answer.text
    verification = answer.json()["response"]["verification"]
    brought = await provider.visit(verification["external_verification_redirect_url"])
    answer = await browser.get("/oauth_callback", **brought)
    assert answer.headers["location"] == BACK
    (account,) = (await browser.state())["sessions"][0]["user"]["external_accounts"]
    return account


async def test_an_account_is_linked(browser, provider):
    account = await link(browser, provider)
    assert account["verification"]["status"] == "verified"
    assert account["provider_user_id"] == "ann-there"


async def test_the_browsers_state_shows_what_waits(browser):
    answer = await browser.post("/me/external_accounts", ASKED)
    (account,) = answer.json()["client"]["sessions"][0]["user"]["external_accounts"]
    assert account["verification"]["status"] == "unverified"
    assert "external_verification_redirect_url" not in account["verification"]


async def test_one_that_is_linked_is_not_linked_again(browser, provider):
    await link(browser, provider)
    answer = await browser.post("/me/external_accounts", ASKED)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "oauth_account_already_connected"


async def test_every_scope_that_is_asked_for_reaches_the_provider(browser):
    asked = {**ASKED, "additional_scope": ["calendar", "mail"]}
    answer = await browser.post("/me/external_accounts", asked)
    verification = answer.json()["response"]["verification"]
    assert "calendar+mail" in verification["external_verification_redirect_url"]


async def test_a_provider_is_asked_again(browser, provider):
    account = await link(browser, provider)
    answer = await browser.patch(
        f"/me/external_accounts/{account['id']}/reauthorize",
        {"redirect_url": BACK, "additional_scope": ["calendar", "mail"]},
    )
    verification = answer.json()["response"]["verification"]
    assert "calendar+mail" in verification["external_verification_redirect_url"]
    answer = await browser.patch("/me/external_accounts/eac_x/reauthorize", {"redirect_url": BACK})
    assert answer.status_code == 404


async def test_tokens_are_forgotten(browser, provider):
    account = await link(browser, provider)
    answer = await browser.delete(f"/me/external_accounts/{account['id']}/tokens")
    assert answer.json()["response"]["external_accounts"][0]["id"] == account["id"]
    answer = await browser.delete("/me/external_accounts/eac_x/tokens")
    assert answer.status_code == 404


async def test_an_account_is_taken_away(browser, provider):
    account = await link(browser, provider)
    answer = await browser.delete(f"/me/external_accounts/{account['id']}")
    assert answer.json()["response"] == {
        "object": "external_account",
        "id": account["id"],
        "deleted": True,
    }
    assert answer.json()["client"]["sessions"][0]["user"]["external_accounts"] == []
    answer = await browser.delete(f"/me/external_accounts/{account['id']}")
    assert answer.status_code == 404


async def test_nobody_links_without_being_signed_in(world, browser):
    answer = await world.browser().post("/me/external_accounts", ASKED)
    assert answer.status_code == 401
