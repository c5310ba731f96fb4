"""The small routes at the edges of the Frontend API."""

import pytest

from tests.world import header


@pytest.fixture
async def browser(world):
    made = world.browser()
    yield made
    await made.close()


async def code(answer):
    return answer.status_code, answer.json()["errors"][0]["code"]


async def test_the_api_says_that_it_is_there(browser):
    answer = await browser.get("/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "healthy"})


async def test_behind_a_proxy_it_says_from_where_it_was_asked(world, browser):
    primary = world.instance_id.replace("ins_", "dmn_")
    answer = await browser.get("/proxy-health", domain_id=primary)
    assert answer.status_code == 200
    assert answer.json()["status"] == "healthy"
    assert answer.json()["x_forwarded_for"]


async def test_an_instance_that_is_not_there_is_not_healthy(world):
    browser = world.browser()
    url = "http://auth.test/frontend/i/ins_000000000000000000000000000/v1/health"
    answer = await browser.http.get(url)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "host_invalid")
    assert "publishable key" in answer.json()["errors"][0]["message"]
    await browser.close()


@pytest.mark.security("J8")
async def test_a_redirect_leads_to_pages_of_the_app_alone(browser):
    good = await browser.get("/redirect", redirect_url="http://app.test/x")
    default = await browser.get("/redirect")
    bad = await browser.get("/redirect", redirect_url="http://evil.test/")
    assert (good.status_code, header(good, "location")) == (307, "http://app.test/x")
    assert header(default, "location") == "http://app.test/"
    assert await code(bad) == (422, "invalid_redirect_url")


async def test_the_account_portal_leads_back_to_the_app(browser):
    found = (await browser.get("/account_portal")).json()
    assert (found["object"], found["after_sign_in_url"]) == ("account_portal", "http://app.test")


async def test_a_browser_in_development_is_given_a_cookie_once(browser):
    first = await browser.get("/dev_browser/init", origin="http://app.test")
    again = await browser.post("/dev_browser/set_first_party_cookie")
    assert (first.status_code, first.content) == (200, b"")
    assert "__client=ct_" in (header(first, "set-cookie") or "")
    assert (again.status_code, header(again, "set-cookie")) == (200, None)


async def test_a_browser_is_told_to_forget_the_site(browser):
    answer = await browser.get("/clear-site-data")
    assert (answer.status_code, answer.content) == (200, b"")
    assert header(answer, "clear-site-data") == '"*"'


async def test_an_unknown_template_and_an_unknown_service_are_not_found(browser):
    session_id = await browser.sign_in("ann")
    template = await browser.post(f"/client/sessions/{session_id}/tokens/hasura")
    service = await browser.post("/me/tokens", {"service": "firebase"})
    for answer in (template, service):
        assert await code(answer) == (404, "resource_not_found")


async def test_a_stranger_gets_no_token_for_a_service(browser):
    assert (await browser.post("/me/tokens", {"service": "firebase"})).status_code == 401
