"""Links in mail that prove an address, as browsers and programs that read mail follow them."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.sent import sent
from tests.world import all_at_once

ADDRESS = "ann@example.com"
PAGE = "http://app.test/sign-in#/verify"
PASSWORD = "a long pass phrase of mine"  # of people in tests
LINKS = {"first_factors": ["email_link", "email_code"], "verifications": ["email_link"]}


@pytest.fixture
async def world(world):
    """An instance that sends links."""
    await world.configure(attributes={"email_address": LINKS})
    return world


@pytest.fixture
async def browser(world):
    made = world.browser()
    yield made
    await made.close()


async def link_to(world, address=ADDRESS):
    """The newest link that was mailed."""
    return (await sent(world, address))[-1].links[0]


def told(answer):
    assert answer.status_code == 303, answer.text
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    return {name: values[0] for name, values in query.items()}


async def press(browser, url):
    """Press the button of a link's page."""
    token = parse_qs(urlsplit(url).query)["token"][0]
    return await browser.post("/verify", {"token": token})


async def asked(world, browser):
    """A sign-in that waits for the link it had sent."""
    await world.user("ann")
    begun = await browser.post("/client/sign_ins", {"identifier": ADDRESS})
    assert begun.status_code == 200, begun.text
    path = f"/client/sign_ins/{begun.json()['response']['id']}"
    prepared = await browser.post(
        path + "/prepare_first_factor", {"strategy": "email_link", "redirect_url": PAGE}
    )
    assert prepared.status_code == 200, prepared.text
    check = prepared.json()["response"]["first_factor_verification"]
    assert (check["object"], check["status"]) == ("verification_email_link", "unverified")
    return path


async def test_following_the_link_signs_in_and_the_waiting_tab_sees_it(world, browser):
    path = await asked(world, browser)
    answer = await press(browser, await link_to(world))
    found = told(answer)
    waiting = (await browser.get(path)).json()
    assert answer.headers["location"].startswith("http://app.test/sign-in?__clerk_status=verified")
    assert answer.headers["location"].endswith("#/verify")
    assert waiting["response"]["status"] == "complete"
    assert waiting["response"]["created_session_id"] == found["__clerk_created_session"]
    assert [each["id"] for each in waiting["client"]["sessions"]] == [
        found["__clerk_created_session"]
    ]


@pytest.mark.security("J2")
async def test_opening_the_link_spends_nothing(world, browser):
    path = await asked(world, browser)
    url = await link_to(world)
    for _ in range(3):
        page = await browser.http.get(url)
        assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    waiting = (await browser.get(path)).json()["response"]
    assert waiting["first_factor_verification"]["status"] == "unverified"
    assert told(await press(browser, url))["__clerk_status"] == "verified"


@pytest.mark.security("K1")
async def test_the_page_of_a_link_is_guarded(world, browser):
    await asked(world, browser)
    page = await browser.http.get(await link_to(world))
    policy = page.headers["content-security-policy"]
    nonces = set(re.findall(r'nonce="([^"]+)"', page.text))
    assert len(nonces) == 1
    assert f"script-src 'nonce-{nonces.pop()}'" in policy
    assert "form-action 'self' http://app.test" in policy
    assert "frame-ancestors 'none'" in policy
    assert page.headers["referrer-policy"] == "same-origin"
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["x-content-type-options"] == "nosniff"
    assert re.search(r" on\w+=", page.text) is None


@pytest.mark.security("C10")
async def test_a_link_lets_nobody_in_where_it_was_not_asked_for(world, browser):
    path = await asked(world, browser)
    url = await link_to(world)
    other = world.browser()
    opened = await other.http.get(url)
    pressed = await press(other, url)
    assert told(opened) == told(pressed) == {"__clerk_status": "client_mismatch"}
    assert "set-cookie" not in pressed.headers
    assert (await browser.get(path)).json()["response"]["status"] == "needs_first_factor"
    assert told(await press(browser, url))["__clerk_status"] == "verified"


@pytest.mark.security("J2", "O3")
async def test_a_link_works_once(world, browser):
    await asked(world, browser)
    url = await link_to(world)
    results = [told(each) for each in await all_at_once(*(press(browser, url) for _ in range(5)))]
    # Those who come too late find the link used, or their own token renewed with the sign-in.
    assert sum(each["__clerk_status"] == "verified" for each in results) == 1
    assert len(await world.events("session.created")) == 1
    again = told(await press(browser, url))
    assert again["__clerk_status"] == "failed"


@pytest.mark.security("J2")
async def test_a_newer_link_ends_the_one_before(world, browser):
    path = await asked(world, browser)
    first = await link_to(world)
    await browser.post(
        path + "/prepare_first_factor", {"strategy": "email_link", "redirect_url": PAGE}
    )
    assert told(await press(browser, first))["__clerk_status"] == "failed"
    assert told(await press(browser, await link_to(world)))["__clerk_status"] == "verified"


@pytest.mark.security("J2")
async def test_a_link_holds_for_a_quarter_of_an_hour(world, browser):
    await asked(world, browser)
    url = await link_to(world)
    await world.sql(
        "UPDATE grants SET expires_at = expires_at - interval '16 minutes'"
        " WHERE instance_id = $1 AND purpose = 'check_link'",
        world.instance_id,
    )
    assert told(await press(browser, url)) == {"__clerk_status": "expired"}
    assert told(await browser.http.get(url)) == {"__clerk_status": "expired"}


@pytest.mark.security("J1")
async def test_the_link_leads_to_the_configured_host_whatever_the_request_says(world, browser):
    browser.http.headers.update(
        {
            "x-forwarded-host": "evil.test",
            "forwarded": "host=evil.test",
            "clerk-proxy-url": "http://evil.test",
        }
    )
    await asked(world, browser)
    assert (await link_to(world)).startswith(
        f"http://auth.test/frontend/i/{world.instance_id}/v1/verify?token="
    )


@pytest.mark.security("J8")
async def test_a_link_leads_on_to_allowed_pages_alone(world, browser):
    await world.user("ann")
    begun = await browser.post("/client/sign_ins", {"identifier": ADDRESS})
    answer = await browser.post(
        f"/client/sign_ins/{begun.json()['response']['id']}/prepare_first_factor",
        {"strategy": "email_link", "redirect_url": "http://app.test@evil.test/"},
    )
    assert answer.json()["errors"][0]["code"] == "invalid_redirect_url"
    assert await sent(world, ADDRESS) == []


async def test_a_token_that_nobody_sent_is_refused(world, other_world, browser):
    await asked(world, browser)
    token = parse_qs(urlsplit(await link_to(world)).query)["token"][0]
    for answer in (
        await browser.post("/verify", {"token": "x"}),
        await browser.get("/verify", token="x"),
        await other_world.browser().get("/verify", token=token),
    ):
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["code"] == "verification_link_token_invalid"


async def test_a_sign_up_is_completed_by_its_link(world, browser):
    begun = await browser.post("/client/sign_ups", {"email_address": ADDRESS, "password": PASSWORD})
    assert begun.status_code == 200, begun.text
    path = f"/client/sign_ups/{begun.json()['response']['id']}"
    await browser.post(
        path + "/prepare_verification", {"strategy": "email_link", "redirect_url": PAGE}
    )
    found = told(await press(browser, await link_to(world)))
    done = (await browser.get(path)).json()["response"]
    assert (done["status"], found["__clerk_status"]) == ("complete", "verified")
    assert done["created_session_id"] == found["__clerk_created_session"]


@pytest.mark.security("J2")
async def test_a_change_of_the_address_ends_the_link(world, browser):
    begun = await browser.post("/client/sign_ups", {"email_address": ADDRESS, "password": PASSWORD})
    assert begun.status_code == 200, begun.text
    path = f"/client/sign_ups/{begun.json()['response']['id']}"
    await browser.post(
        path + "/prepare_verification", {"strategy": "email_link", "redirect_url": PAGE}
    )
    url = await link_to(world)
    await browser.patch(path, {"email_address": "other@example.com"})
    assert told(await press(browser, url))["__clerk_status"] == "failed"
    assert (await browser.get(path)).json()["response"]["unverified_fields"] == ["email_address"]


async def test_an_address_of_ones_own_is_proven_by_its_link(world, browser):
    await browser.sign_in("ben")
    made = await browser.post("/me/email_addresses", {"email_address": ADDRESS})
    assert made.status_code == 200, made.text
    path = f"/me/email_addresses/{made.json()['response']['id']}"
    await browser.post(
        path + "/prepare_verification", {"strategy": "email_link", "redirect_url": PAGE}
    )
    found = told(await press(browser, await link_to(world)))
    row = (await browser.get(path)).json()["response"]
    assert found == {"__clerk_status": "verified"}
    assert (row["verification"]["status"], row["verification"]["strategy"]) == (
        "verified",
        "email_link",
    )
