"""The handshake over HTTP, as an app's server and a browser go through it."""

from urllib.parse import parse_qs, urlsplit

import pytest

from charter.core.keys.claimed import claimed_payload
from tests.flows import directives_of

PAGE = "http://app.test/dashboard?tab=1"


async def handshaken(world, browser, **query):
    """The way back, and the directives that the app's server is given."""
    answer = await browser.get("/client/handshake", redirect_url=PAGE, format="nonce", **query)
    assert answer.status_code == 307, answer.text
    nonce = parse_qs(urlsplit(answer.headers["location"]).query)["__clerk_handshake_nonce"][0]
    payload = await world.get("/clients/handshake_payload", params={"nonce": nonce})
    assert payload.status_code == 200, payload.text
    return answer, nonce, directives_of(payload.json()["directives"])


async def test_a_signed_in_browser_comes_back_with_a_session(world):
    browser = world.browser()
    session_id = await browser.sign_in("ann")
    answer, nonce, found = await handshaken(world, browser)
    assert answer.headers["location"] == f"{PAGE}&__clerk_handshake_nonce={nonce}"
    assert answer.headers["cache-control"] == "no-store"
    assert claimed_payload(found["__session"])["sid"] == session_id


async def test_a_stranger_comes_back_signed_out(world):
    _answer, _nonce, found = await handshaken(world, world.browser())
    assert (found["__session"], found["__client_uat"]) == ("", "0")


async def test_the_directives_are_given_once(world):
    _answer, nonce, _found = await handshaken(world, world.browser())
    again = await world.get("/clients/handshake_payload", params={"nonce": nonce})
    assert (again.status_code, again.json()["errors"][0]["code"]) == (404, "resource_not_found")


async def test_the_name_of_a_development_browser_does_not_hide_who_is_signed_in(world):
    browser = world.browser()
    _answer, _nonce, first = await handshaken(world, browser)
    await browser.sign_in("ann")
    _answer, _nonce, found = await handshaken(
        world, browser, __clerk_db_jwt=first["__clerk_db_jwt"], suffixed_cookies="true"
    )
    assert found["__clerk_db_jwt"] == first["__clerk_db_jwt"]
    assert claimed_payload(found["__session"])["sub"] == world.people["ann"]


@pytest.mark.security("J8")
async def test_a_page_elsewhere_is_refused(world):
    answer = await world.browser().get(
        "/client/handshake", redirect_url="http://app.test.evil.test/"
    )
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "invalid_redirect_url"
    assert "location" not in answer.headers


async def test_a_touch_keeps_the_cookie_for_longer_and_goes_on(world):
    browser = world.browser()
    await browser.sign_in("ann")
    answer = await browser.get("/client/touch", redirect_url=PAGE)
    assert (answer.status_code, answer.headers["location"]) == (307, PAGE)
    assert answer.headers["set-cookie"].startswith("__client=ct_")
    stranger = await world.browser().get("/client/touch", redirect_url=PAGE)
    assert "set-cookie" not in stranger.headers
