"""The portal in Chromium: without scripts, by keyboard alone, with passkeys, against scripts."""

import re

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.browser.visitor import CODE, PASSWORD, address
from tests.live import LiveServer

CORPUS = (
    "<script>hacked=1</script>",
    "<img src=x onerror=hacked=1>",
    "\"><svg onload='hacked=1'>",
    "' autofocus onfocus='hacked=1",
    "{{ 7 * 7 }}{% raw %}",
    "</title><script>hacked=1</script>",
)


@pytest.fixture
def portal(server: LiveServer) -> str:
    return f"{server.url}/account"


async def enter(page: Page, portal: str, name: str) -> None:
    """Sign in by password, and end at the profile."""
    await page.goto(f"{portal}/sign-in?next=profile")
    await page.get_by_label("Email address").fill(address(name))
    await page.get_by_role("button", name="Continue", exact=True).click()
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await expect(page.get_by_role("heading", name="Your profile")).to_be_visible()


@pytest.fixture
async def plain(chromium: Browser) -> BrowserContext:
    """A browser without scripts."""
    made = await chromium.new_context(java_script_enabled=False, locale="en-US")
    yield made
    await made.close()


async def test_without_scripts_a_password_signs_in(plain, portal, setting):
    await setting.user("nora")
    await enter(await plain.new_page(), portal, "nora")


async def test_without_scripts_an_account_is_made_by_code(plain, portal):
    page = await plain.new_page()
    await page.goto(f"{portal}/sign-up?next=profile")
    await page.get_by_label("Email address").fill(address("olga"))
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Continue", exact=True).click()
    await page.get_by_label("Code", exact=True).fill(CODE)
    await page.get_by_role("button", name="Continue", exact=True).click()
    await expect(page.get_by_role("heading", name="Your profile")).to_be_visible()


async def test_the_keyboard_alone_signs_in(page: Page, portal, setting):
    await setting.user("paul")
    await page.goto(f"{portal}/sign-in?next=profile")
    await page.keyboard.type(address("paul"))
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Password", exact=True)).to_be_focused()
    await page.keyboard.type("wrong one")
    await page.keyboard.press("Enter")
    field = page.get_by_label("Password", exact=True)
    await expect(field).to_have_attribute("aria-invalid", "true")
    await expect(field).to_be_focused()
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Your profile")).to_be_visible()


async def test_a_password_is_shown_and_hidden(page: Page, portal, setting):
    await setting.user("quin")
    await page.goto(f"{portal}/sign-in")
    await page.get_by_label("Email address").fill(address("quin"))
    await page.get_by_role("button", name="Continue", exact=True).click()
    field = page.get_by_label("Password", exact=True)
    await page.get_by_role("button", name="Show").click()
    await expect(field).to_have_attribute("type", "text")
    await page.get_by_role("button", name="Hide").click()
    await expect(field).to_have_attribute("type", "password")


async def test_a_whole_code_sends_itself(page: Page, portal, setting):
    await setting.user("rita")
    await page.goto(f"{portal}/sign-in?next=profile")
    await page.get_by_label("Email address").fill(address("rita"))
    await page.get_by_role("button", name="Continue", exact=True).click()
    await page.get_by_text("Use another way").click()
    await page.get_by_role("button", name=re.compile("Email a code")).click()
    await page.get_by_label("Code", exact=True).fill(CODE)
    await expect(page.get_by_role("heading", name="Your profile")).to_be_visible()


async def test_a_passkey_is_made_and_signs_in(page: Page, portal, setting):
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
    await setting.user("sven")
    await enter(page, portal, "sven")
    await page.goto(f"{portal}/profile/security")
    await page.get_by_role("button", name="Add a passkey").click()
    await expect(page.get_by_text("Your passkey is added.")).to_be_visible()
    await page.get_by_role("button", name="Sign out", exact=True).click()
    await page.goto(f"{portal}/sign-in?next=profile")
    await page.get_by_role("button", name="Sign in with a passkey").click()
    await expect(page.get_by_role("heading", name="Your profile")).to_be_visible()


async def test_who_came_from_the_app_is_led_back_to_it(page: Page, portal, server, setting):
    await setting.user("tilo")
    back = f"{server.url}/dev/outbox?seen=1"
    await page.goto(f"{portal}/sign-in?redirect_url={back}")
    await page.get_by_label("Email address").fill(address("tilo"))
    await page.get_by_role("button", name="Continue", exact=True).click()
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await page.wait_for_url(back)


@pytest.mark.security("K3")
async def test_names_are_shown_and_never_run(page: Page, portal, setting):
    user_id = await setting.user("ursa")
    await setting.organization("Plain", user_id)
    await enter(page, portal, "ursa")
    await page.goto(f"{portal}/organizations")
    await page.get_by_role("button", name=re.compile("Plain")).click()
    for text in CORPUS:
        await page.goto(f"{portal}/profile")
        await page.get_by_label("First name").fill(text)
        await page.get_by_role("button", name="Save", exact=True).click()
        await expect(page.get_by_text("Saved.")).to_be_visible()
        await expect(page.get_by_label("First name")).to_have_value(text)
        for path in ("profile", "accounts", "organizations", "organization/members", "sign-out"):
            await page.goto(f"{portal}/{path}")
            assert await page.evaluate("typeof hacked") == "undefined"
            assert await page.locator("script:not([src])").count() == 0
