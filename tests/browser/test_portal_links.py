"""The portal in Chromium where links in mail prove who somebody is."""

import asyncio
import dataclasses
import json

import asyncpg
import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.setting import Setting
from tests.browser.test_portal_accessibility import DESKTOP, PHONE, Walk
from tests.browser.visitor import address
from tests.conftest import new_database
from tests.live import live

LINKS = {"first_factors": ["email_link"], "verifications": ["email_link"]}
SETTINGS = {"attributes": {"email_address": LINKS, "password": {"is_enabled": False}}}
WAITING = "Check your mail"


@pytest.fixture(scope="module")
def server(settings, postgres_url, tmp_path_factory):
    """A server whose instance proves by links alone."""
    data = tmp_path_factory.mktemp("portal-links")
    with new_database(postgres_url) as url:
        own = dataclasses.replace(settings, data=data, database_url=url)
        with live(own, "auth.localhost") as running:
            asyncio.run(configure(url))
            yield running


async def configure(url):
    connection = await asyncpg.connect(url)
    await connection.execute("UPDATE instances SET settings = $1", json.dumps(SETTINGS))
    await connection.close()


@pytest.fixture
def portal(server):
    return f"{server.url}/account"


@pytest.fixture
def setting(server):
    return Setting(server)


async def ask(page, portal, name):
    """Have a link sent."""
    await page.goto(f"{portal}/sign-in?next=profile")
    await page.get_by_label("Email address").fill(address(name))
    await page.get_by_role("button", name="Continue", exact=True).click()
    await page.get_by_role("button", name="Email a link").click()
    await expect(page.get_by_role("heading", name=WAITING)).to_be_visible()


async def is_in(page, name):
    await expect(page.get_by_role("heading", name="Your profile")).to_be_visible()
    await expect(page.get_by_text(address(name)).first).to_be_visible()


async def test_the_link_signs_in_and_the_page_that_waits_goes_on_by_itself(
    page: Page, portal, setting
):
    await setting.user_without_password("lena")
    await ask(page, portal, "lena")
    other = await page.context.new_page()
    await other.goto(await setting.link("lena"))
    await is_in(other, "lena")
    await is_in(page, "lena")


async def test_without_scripts_a_button_asks_whether_the_link_was_opened(
    chromium: Browser, portal, setting
):
    await setting.user_without_password("mila")
    plain = await chromium.new_context(java_script_enabled=False, locale="en-US")
    page = await plain.new_page()
    await ask(page, portal, "mila")
    await page.get_by_role("link", name="I have opened it").click()
    await expect(page.get_by_text("has not been opened yet")).to_be_visible()
    other = await plain.new_page()
    await other.goto(await setting.link("mila"))
    await other.get_by_role("button", name="Continue", exact=True).click()
    await is_in(other, "mila")
    await page.get_by_role("link", name="I have opened it").click()
    await is_in(page, "mila")
    await plain.close()


@pytest.mark.security("C10")
async def test_another_browser_is_told_where_to_open_the_link(
    page: Page, second_page: Page, portal, setting
):
    await setting.user_without_password("nele")
    await ask(page, portal, "nele")
    await second_page.goto(await setting.link("nele"))
    heading = second_page.get_by_role("heading", name="This link belongs to another browser")
    await expect(heading).to_be_visible()
    await second_page.get_by_role("link", name="Begin again here").click()
    await expect(second_page.get_by_label("Email address")).to_be_visible()
    await expect(page.get_by_role("heading", name=WAITING)).to_be_visible()


async def test_a_newcomer_signs_up_by_a_link_and_adds_another_address(page: Page, portal, setting):
    await page.goto(f"{portal}/sign-up?next=profile")
    await page.get_by_label("Email address").fill(address("olga"))
    await page.get_by_role("button", name="Continue", exact=True).click()
    await expect(page.get_by_role("heading", name=WAITING)).to_be_visible()
    other = await page.context.new_page()
    await other.goto(await setting.link("olga"))
    await is_in(other, "olga")
    await is_in(page, "olga")
    await page.goto(f"{portal}/profile/email/new")
    await page.get_by_label("Email address").fill(address("olga2"))
    await page.get_by_role("button", name="Continue", exact=True).click()
    await expect(page.get_by_role("heading", name=WAITING)).to_be_visible()
    await other.goto(await setting.link("olga2"))
    await expect(other.get_by_text("Confirmed.", exact=True)).to_be_visible()
    await expect(page.get_by_text("Confirmed.", exact=True)).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
async def test_everybody_can_use_the_pages_of_links(
    chromium: Browser, server, setting, scheme, viewport
):
    await setting.user_without_password("axel")
    context = await chromium.new_context(
        color_scheme=scheme, viewport=viewport, locale="en-US", reduced_motion="reduce"
    )
    page = await context.new_page()
    walk = Walk(page, f"{server.url}/account")
    await ask(page, walk.base, "axel")
    await walk.check("waiting")
    await page.get_by_role("link", name="I have opened it").click()
    await walk.check("asked")
    await page.goto(f"{walk.base}/sign-in/link?locale=de")
    await walk.check("german")
    for status in ("expired", "failed", "client_mismatch"):
        await walk.open("sign-in/link/opened", __clerk_status=status)
    await walk.open("sign-up")
    await page.get_by_label("Email address").fill(address("axela"))
    await walk.press("Continue")
    assert len(walk.seen) >= 7
    assert walk.wrong == []
    await context.close()
