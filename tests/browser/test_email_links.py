"""Signing in by a link in mail, with the official components."""

import asyncio
import dataclasses
import json

import asyncpg
import pytest
from playwright.async_api import Page, expect

from tests.browser import machine
from tests.browser.setting import Setting
from tests.browser.static import static_app
from tests.browser.visitor import Visitor, address
from tests.conftest import new_database
from tests.live import live

LINKS = {"first_factors": ["email_link"], "verifications": ["email_link"]}
SETTINGS = {"attributes": {"email_address": LINKS, "password": {"is_enabled": False}}}


@pytest.fixture(scope="module")
def server(settings, postgres_url, tmp_path_factory):
    """A server whose instance proves by links alone."""
    data = tmp_path_factory.mktemp("links")
    (data / "scripts").symlink_to(machine.scripts_folder(), target_is_directory=True)
    with new_database(postgres_url) as url:
        own = dataclasses.replace(settings, data=data, database_url=url)
        with live(own, "auth.localhost") as running:
            asyncio.run(configure(url, SETTINGS))
            yield running


async def configure(url, changes):
    connection = await asyncpg.connect(url)
    await connection.execute("UPDATE instances SET settings = $1", json.dumps(changes))
    await connection.close()


@pytest.fixture
def visitor(server, page: Page):
    with static_app(server) as url:
        yield Visitor(page, url)


@pytest.fixture
def setting(server):
    return Setting(server)


async def test_opening_the_link_in_the_same_browser_signs_in_both_tabs(visitor, setting):
    await setting.user_without_password("lisa")
    await visitor.begin_to_sign_in("lisa")
    await expect(visitor.page.get_by_text("verification link")).to_be_visible()
    other = await visitor.page.context.new_page()
    await other.goto(await setting.link("lisa"))
    await expect(other.get_by_role("button", name="Open user menu")).to_be_visible()
    await visitor.is_in()


@pytest.mark.security("C10")
async def test_in_another_browser_the_link_lets_nobody_in(visitor, setting, second_page: Page):
    await setting.user_without_password("mona")
    await visitor.begin_to_sign_in("mona")
    link = await setting.link("mona")
    await second_page.goto(link)
    await expect(second_page.get_by_text("invalid for this device")).to_be_visible()
    await expect(visitor.user_menu).not_to_be_visible()
    await visitor.page.goto(link)
    await visitor.is_in()


async def test_a_newcomer_proves_their_address_by_the_link(visitor, setting):
    await visitor.go_to("/sign-up")
    await visitor.page.get_by_label("Email address").fill(address("nina"))
    await visitor.go_on()
    other = await visitor.page.context.new_page()
    await other.goto(await setting.link("nina"))
    await expect(other.get_by_role("button", name="Open user menu")).to_be_visible()
    await visitor.is_in()
