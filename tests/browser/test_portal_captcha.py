"""The portal in Chromium where whoever signs up has to show that they are a person."""

import asyncio
import dataclasses
import json

import asyncpg
import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.axe import violations
from tests.browser.test_portal_accessibility import DESKTOP, PHONE, Walk
from tests.browser.visitor import CODE, PASSWORD, address
from tests.conftest import new_database
from tests.live import live
from tests.telling_people import PEOPLE, ROBOTS, telling_people


@pytest.fixture(scope="module")
async def service():
    async with telling_people() as made:
        yield made


@pytest.fixture(scope="module")
def database(postgres_url):
    with new_database(postgres_url) as url:
        yield url


@pytest.fixture(scope="module")
def server(settings, database, service, tmp_path_factory):
    """A server whose operator has the service."""
    data = tmp_path_factory.mktemp("portal-captcha")
    own = dataclasses.replace(settings, data=data, database_url=database)
    with live(own, "auth.localhost", captcha=service.captcha) as running:
        yield running


@pytest.fixture
def portal(server):
    return f"{server.url}/account"


@pytest.fixture
async def site_key(database):
    """Says which key the instance has; settings are kept for a second."""

    async def set_to(key):
        connection = await asyncpg.connect(database)
        changes = json.dumps({"sign_up": {"captcha_site_key": key}})
        await connection.execute("UPDATE instances SET settings = $1", changes)
        await connection.close()
        await asyncio.sleep(1.1)

    await set_to(PEOPLE)
    return set_to


async def fill(page, portal, name):
    """Fill in the sign-up, all but the check."""
    await page.goto(f"{portal}/sign-up?next=profile")
    await page.get_by_label("Email address").fill(address(name))
    await page.get_by_label("Password", exact=True).fill(PASSWORD)


async def go_on(page):
    await page.get_by_role("button", name="Continue", exact=True).click()


async def pass_check(page):
    frame = page.frame_locator("iframe")
    await frame.get_by_role("button", name="I am a person").click()
    await expect(frame.get_by_role("button", name="Passed")).to_be_visible()


async def test_who_passes_the_check_signs_up(page: Page, portal, site_key, service):
    said = []
    page.on("console", lambda message: said.append(message.text))
    await fill(page, portal, "lara")
    await pass_check(page)
    await go_on(page)
    await page.get_by_label("Code", exact=True).fill(CODE)
    await expect(page.get_by_role("heading", name="Your profile")).to_be_visible()
    assert service.sent
    assert not [text for text in said if "Content Security Policy" in text]


async def test_before_the_check_is_passed_nothing_is_sent(page: Page, portal, site_key, service):
    before = len(service.sent)
    await fill(page, portal, "mara")
    await go_on(page)
    await expect(page.get_by_text("Complete this check first.")).to_be_visible()
    await expect(page.get_by_label("Password", exact=True)).to_have_value(PASSWORD)
    assert len(service.sent) == before
    await pass_check(page)
    await go_on(page)
    await expect(page.get_by_label("Code", exact=True)).to_be_visible()


async def test_a_check_that_fails_is_told_beside_it_and_can_be_made_again(
    page: Page, portal, site_key
):
    await site_key(ROBOTS)
    await fill(page, portal, "nora")
    await pass_check(page)
    await go_on(page)
    check = page.get_by_role("group", name="Check that you are a person")
    await expect(check).to_contain_text("failed")
    await expect(check).to_be_focused()
    await expect(page.get_by_label("Email address")).to_have_value(address("nora"))
    await site_key(PEOPLE)
    await fill(page, portal, "nora")
    await pass_check(page)
    await go_on(page)
    await expect(page.get_by_label("Code", exact=True)).to_be_visible()


async def test_a_check_that_cannot_be_loaded_is_told(page: Page, portal, site_key, service):
    await page.route(f"{service.url}/**", lambda route: route.abort())
    await fill(page, portal, "olga")
    await expect(page.get_by_text("The check could not be loaded.")).to_be_visible()
    await go_on(page)
    await expect(page.get_by_text("The check could not be loaded.")).to_be_visible()
    await expect(page.get_by_label("Email address")).to_have_value(address("olga"))


async def test_without_scripts_the_page_says_what_it_needs(chromium: Browser, portal, site_key):
    plain = await chromium.new_context(java_script_enabled=False, locale="en-US")
    page = await plain.new_page()
    await fill(page, portal, "pia")
    notice = page.locator("noscript .notice")
    await expect(notice).to_be_visible()
    await expect(notice).to_contain_text("the check needs JavaScript")
    await go_on(page)
    await expect(page.get_by_text("is missing")).to_be_visible()
    await plain.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
async def test_everybody_can_use_the_page_with_the_check(
    chromium: Browser, portal, site_key, scheme, viewport
):
    await site_key(ROBOTS)
    context = await chromium.new_context(
        color_scheme=scheme, viewport=viewport, locale="en-US", reduced_motion="reduce"
    )
    page = await context.new_page()
    walk = Walk(page, portal)
    await walk.open("sign-up")
    await fill(page, portal, "axel")
    await go_on(page)
    await expect(page.get_by_text("Complete this check first.")).to_be_visible()
    assert await violations(page) == []
    await pass_check(page)
    walk.seen.clear()
    await walk.press("Continue")
    await expect(page.get_by_role("group")).to_contain_text("failed")
    assert walk.seen
    assert walk.wrong == []
    await context.close()
