"""The page behind a link that undoes a change of address."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.sent import sent


@pytest.fixture
async def browser(world):
    made = world.browser(origin=None)
    await made.sign_in("ann")
    yield made
    await made.close()


@pytest.fixture
async def url(world, browser):
    """The link that Ann's old address is sent."""
    path = "/me/email_addresses"
    made = await browser.post(path, {"email_address": "new+clerk_test@example.com"})
    path += f"/{made.json()['response']['id']}"
    await browser.post(path + "/prepare_verification", {"strategy": "email_code"})
    await browser.post(path + "/attempt_verification", {"code": "424242"})
    await browser.patch("/me", {"primary_email_address_id": made.json()["response"]["id"]})
    (link, *_) = (await sent(world, "ann@example.com"))[-1].links
    return link


@pytest.mark.security("J2")
@pytest.mark.security("K1")
async def test_the_page_asks_first_and_its_button_undoes(world, browser, url):
    opened = await browser.http.get(url)
    assert opened.status_code == 200
    assert "frame-ancestors 'none'" in opened.headers["content-security-policy"]
    assert "ann@example.com" in opened.text
    assert "Tests" in opened.text  # the app's name
    assert "<script" not in opened.text
    assert (await browser.get("/me")).status_code == 200
    token = re.search(r'name="token" value="([^"]+)"', opened.text)[1]
    done = await browser.post("/undo", {"token": token})
    assert "was undone" in done.text
    assert 'href="http://app.test"' in done.text
    assert (await browser.get("/me")).status_code == 401
    user = (await world.get(f"/users/{world.people['ann']}")).json()
    assert [each["email_address"] for each in user["email_addresses"]] == ["ann@example.com"]


@pytest.mark.security("J1")
async def test_the_link_is_on_a_configured_host(world, url):
    assert url.startswith(world.platform.addresses.frontend_url + "/")


async def test_a_link_that_nobody_sent_is_refused(browser):
    assert (await browser.get("/undo", token="nothing")).status_code == 400
    assert (await browser.post("/undo", {"token": "nothing"})).status_code == 400


async def test_the_page_speaks_the_language_of_who_opens_it(browser, url):
    opened = await browser.http.get(url, headers={"accept-language": "fr"})
    assert '<html lang="fr">' in opened.text
    assert "Annuler la modification" in opened.text
    assert "Accept-Language" in opened.headers["vary"]


async def test_the_button_can_be_read_in_every_colour(world, browser, url):
    await world.configure(branding={"primary_color": "#ffee00"})
    opened = await browser.http.get(url)
    assert "--primary:#ffee00;--primary-ink:#000000" in opened.text


@pytest.mark.security("J6")
async def test_undoing_ends_the_sign_ins_that_are_under_way(world, browser, url):
    thief, strategy = world.browser(), "reset_password_email_code"
    begun = await thief.post("/client/sign_ins", {"identifier": "ann@example.com"})
    found = begun.json()["response"]
    path = f"/client/sign_ins/{found['id']}"
    (target,) = [
        each["email_address_id"]
        for each in found["supported_first_factors"]
        if each["strategy"] == strategy and each["safe_identifier"] == "ann@example.com"
    ]
    form = {"strategy": strategy, "email_address_id": target}
    await thief.post(path + "/prepare_first_factor", form)
    form = {"strategy": strategy, "code": (await sent(world, "ann@example.com"))[-1].code}
    proven = await thief.post(path + "/attempt_first_factor", form)
    assert proven.json()["response"]["status"] == "needs_new_password"
    token = parse_qs(urlsplit(url).query)["token"][0]
    assert (await browser.post("/undo", {"token": token})).status_code == 200
    refused = await thief.post(path + "/reset_password", {"password": "a phrase of the thief"})
    assert refused.status_code == 404
    await thief.close()
