"""Apps that pass the Frontend API on under their own address, with their secret key."""

import pytest

from tests.browsing import Browser
from tests.core.sessions.reading import claims_of

PROXY = "https://app.acme.test/__clerk"


@pytest.fixture
async def browser(world):
    """A browser that reaches the API through its app's server alone, which says no origin."""
    made = Browser(world, origin=None)
    made.http.base_url = "http://auth.test/frontend/v1"
    secret = world.client.headers["authorization"].removeprefix("Bearer ")
    made.http.headers.update({"clerk-proxy-url": PROXY, "clerk-secret-key": secret})
    yield made
    await made.close()


def party(client) -> str | None:
    """The app that the client's fresh token is for."""
    return claims_of(client["sessions"][0]["last_active_token"]["jwt"]).get("azp")


async def test_a_token_is_for_the_app_whose_server_passes_the_request_on(browser):
    await browser.sign_in("ann")
    assert party(await browser.state()) == "https://app.acme.test"
    assert claims_of(await browser.token())["azp"] == "https://app.acme.test"


async def test_without_the_key_nobody_speaks_for_an_app(world, browser):
    await browser.sign_in("ann")
    del browser.http.headers["clerk-secret-key"]
    browser.http.base_url = f"http://auth.test/frontend/i/{world.instance_id}/v1"
    assert party(await browser.state()) is None


@pytest.mark.security("K6")
async def test_the_address_of_a_person_is_told_by_the_app_that_shows_its_key(world, browser):
    direct, found = world.browser(), []
    for name, each in (("ann", browser), ("ben", direct)):
        each.http.headers["x-forwarded-for"] = "203.0.113.9"
        await each.sign_in(name)
        await each.post(f"/client/sessions/{each.session_id}/touch")
        (session,) = (await each.get("/me/sessions/active")).json()
        found.append(session["latest_activity"].get("ip_address") == "203.0.113.9")
    assert found == [True, False]
    await direct.close()


@pytest.mark.parametrize(
    ("key", "told"),
    [("sk_test_wrong", "no secret key"), ("pk_test_YXV0aC50ZXN0JA", "is for pages")],
)
async def test_a_wrong_key_of_an_app_that_passes_requests_on_is_told(browser, key, told):
    browser.http.headers["clerk-secret-key"] = key
    answer = await browser.get("/client")
    assert answer.status_code == 401
    assert told in answer.json()["errors"][0]["long_message"]
