"""Authenticator apps and passkeys: set up in the account, used at the next sign-in."""

import re
import time

import pyotp
import pytest
from playwright.async_api import Page, expect

from tests.browser.visitor import Visitor


async def test_an_authenticator_app_is_asked_for_once_it_is_set_up(page: Page, react, setting):
    await setting.user("tess")
    visitor = Visitor(page, react)
    await visitor.sign_in("tess")
    await visitor.open_account("Security")
    await page.get_by_text("Add two-step verification").click()
    await page.get_by_role("menuitem", name="Authenticator application").click()
    await page.get_by_text(re.compile("Can.t scan QR code")).click()
    app = pyotp.parse_uri(await page.locator("input[value^='otpauth:']").input_value())
    assert isinstance(app, pyotp.TOTP)
    await page.get_by_role("button", name="Continue").click()
    await visitor.enter_code(app.now())
    await expect(page.get_by_text("backup code").first).to_be_visible()
    await page.get_by_role("button", name="Finish").click()
    await page.keyboard.press("Escape")
    await visitor.sign_out()

    await visitor.begin_to_sign_in("tess")
    await visitor.enter_password()
    await visitor.enter_code(app.at(int(time.time()) + app.interval))
    await visitor.is_in()
    assert (await visitor.claims())["fva"][1] == 0


@pytest.fixture
async def authenticator(page: Page):
    """A device that makes passkeys and always agrees."""
    tools = await page.context.new_cdp_session(page)
    await tools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    await tools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


async def test_a_passkey_does_instead_of_a_password(page: Page, react, setting, authenticator):
    await setting.user("vera")
    visitor = Visitor(page, react)
    await visitor.sign_in("vera")
    await visitor.open_account("Security")
    await page.get_by_role("button", name="Add a passkey").click()
    await expect(page.get_by_text("Created:")).to_be_visible()
    await page.keyboard.press("Escape")
    await visitor.sign_out()

    # The page asks for a passkey by itself, and the device agrees at once.
    await visitor.go_to("/sign-in")
    await visitor.is_in()
