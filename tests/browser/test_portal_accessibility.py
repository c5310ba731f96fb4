"""Every page of the portal can be used by everybody: axe finds nothing, in light and in dark."""

import re

import pyotp
import pytest
from playwright.async_api import Browser, Page

from charter.web.portal.routes import PAGES
from tests.browser.axe import violations
from tests.browser.visitor import PASSWORD, address
from tests.live import LiveServer

# The phone is as narrow as WCAG 2.2, 1.4.10, asks for: nothing is scrolled sideways there.
PHONE, DESKTOP = {"width": 320, "height": 640}, {"width": 1280, "height": 800}
FIXED = sorted({page.path for page in PAGES if "{" not in page.path} - {"continue"})
SHIFTS = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => {
    for (const each of list.getEntries()) sum += each.value;
  }).observe({type: "layout-shift", buffered: true});
  setTimeout(() => done(sum), 200);
})"""

AWAITS_ITS_END = """() => {
  const link = document.querySelector("link[rel=expect]");
  if (!link) return null;
  return document.querySelector(link.getAttribute("href")) === document.body.lastElementChild;
}"""
"""Whether nothing of a page is shown before its last element has come; null: it awaits nothing."""

SLOW = {"offline": False, "latency": 20, "downloadThroughput": 8_000, "uploadThroughput": 8_000}
"""A line on which pages arrive in pieces, in bytes a second."""


class Walk:
    """Opens pages and checks each that it has not seen before."""

    def __init__(self, page: Page, base: str) -> None:
        self.page = page
        self.base = base
        self.wrong: list[object] = []
        self.seen: set[str] = set()
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.wrong.append(str(error)))

    def _heard(self, message: object) -> None:
        text = getattr(message, "text", "")
        if "Content Security Policy" in text:
            self.wrong.append(text)

    async def open(self, path: str, **options: str) -> None:
        query = "&".join(f"{name}={value}" for name, value in options.items())
        await self.page.goto(f"{self.base}/{path}" + (f"?{query}" if query else ""))
        await self.check(path)

    async def check(self, name: str) -> None:
        heading = await self.page.locator("h1").inner_text()
        place = f"{self.page.url.partition('?')[0]} {heading} {await self._errors()}"
        if place in self.seen:
            return
        self.seen.add(place)
        if await self.page.evaluate(AWAITS_ITS_END) is False:
            self.wrong.append((name, "may be shown before all of it is there"))
        for each in await violations(self.page):
            self.wrong.append((name, each))
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        if await self.page.evaluate(wide) > 0:
            self.wrong.append((name, "is wider than the screen"))
        if await self.page.evaluate(SHIFTS) > 0:
            self.wrong.append((name, "moves while it loads"))

    async def _errors(self) -> int:
        return await self.page.locator("[aria-invalid]").count()

    async def press(self, name: str) -> None:
        await self.page.get_by_role("button", name=name, exact=True).first.click()
        await self.page.wait_for_load_state("load")
        await self.check(name)


@pytest.fixture(params=["light", "dark"])
def scheme(request):
    return request.param


@pytest.fixture(params=[PHONE, DESKTOP], ids=["phone", "desktop"])
async def walk(request, chromium: Browser, server: LiveServer, scheme):
    context = await chromium.new_context(
        color_scheme=scheme, viewport=request.param, locale="en-US", reduced_motion="reduce"
    )
    yield Walk(await context.new_page(), f"{server.url}/account")
    await context.close()


async def test_pages_of_a_stranger(walk: Walk):
    for path in FIXED:
        await walk.open(path)
    await walk.open("nowhere")
    for locale in ("de", "fr"):
        await walk.open("sign-in", locale=locale)
        await walk.open("sign-up", locale=locale)
    await walk.open("sign-up")
    await walk.page.get_by_label("Email address").fill("x@example.com")
    await walk.page.get_by_label("Password", exact=True).fill("short")
    await walk.press("Continue")
    assert len(walk.seen) >= 8
    assert walk.wrong == []


async def test_a_page_that_is_there_in_part_does_not_move(walk: Walk):
    top = "() => document.querySelector('.card').getBoundingClientRect().top"
    await walk.open("sign-up")
    whole = await walk.page.evaluate(top)
    shorten = "document.querySelectorAll('.field, footer').forEach((each) => each.remove())"
    await walk.page.evaluate(shorten)
    assert await walk.page.evaluate(top) == whole


async def test_pages_that_arrive_slowly_do_not_move(walk: Walk, setting):
    name = f"slow{id(walk)}"
    owner = await setting.user(name)
    await setting.organization("Acme", owner)
    await walk.open("sign-in", next="profile")
    await walk.page.get_by_label("Email address").fill(address(name))
    await walk.press("Continue")
    await walk.page.get_by_label("Password", exact=True).fill(PASSWORD)
    await walk.press("Sign in")
    await walk.page.wait_for_url("**/profile*")
    line = await walk.page.context.new_cdp_session(walk.page)
    await line.send("Network.enable")
    await line.send("Network.emulateNetworkConditions", SLOW)
    for path in ("organizations", "profile/password", "profile"):
        await walk.page.goto(f"{walk.base}/{path}")
        assert await walk.page.evaluate(SHIFTS) == 0
        assert await walk.page.evaluate(AWAITS_ITS_END) is True


async def test_pages_of_a_sign_in(walk: Walk, setting):
    name = f"axel{id(walk)}"
    await setting.user(name)
    await walk.open("sign-in", next="profile")
    await walk.page.get_by_label("Email address").fill(address(name))
    await walk.press("Continue")
    await walk.page.get_by_label("Password", exact=True).fill("wrong one")
    await walk.press("Sign in")
    for path in ("sign-in/ways", "sign-in/forgot"):
        await walk.open(path, next="profile")
    await walk.page.get_by_role("button", name=re.compile("Email a code")).click()
    await walk.check("code")
    await walk.page.get_by_label("Code", exact=True).fill("424242")
    await walk.page.wait_for_url("**/new-password*")
    await walk.check("new password")
    assert len(walk.seen) >= 6
    assert walk.wrong == []


async def test_pages_of_somebody_signed_in(walk: Walk, setting):
    name = f"mona{id(walk)}"
    owner = await setting.user(name)
    await setting.organization("Acme", owner)
    await walk.open("sign-in", next="profile")
    await walk.page.get_by_label("Email address").fill(address(name))
    await walk.press("Continue")
    await walk.page.get_by_label("Password", exact=True).fill(PASSWORD)
    await walk.press("Sign in")
    await walk.page.wait_for_url("**/profile*")
    await walk.open("organizations")
    await walk.page.get_by_role("button", name=re.compile("Acme")).click()
    await walk.page.wait_for_url("**/organization")
    for path in FIXED:
        await walk.open(path)
    await walk.open("profile/security")
    await walk.press("Set up Authenticator app")
    secret = await walk.page.locator("#secret").inner_text()
    await walk.page.get_by_label("Code", exact=True).fill(pyotp.TOTP(secret).now())
    await walk.page.wait_for_selector("#codes")
    await walk.check("backup codes")
    await walk.open("confirm")
    await walk.open("profile/security")
    assert len(walk.seen) >= 15
    assert walk.wrong == []


async def test_pages_of_an_it_admin(walk: Walk, setting):
    owner = await setting.user(f"ida{id(walk)}")
    organization = await setting.organization("Acme", owner)
    made = await setting.call(
        "POST",
        "/enterprise_connections",
        name="Acme",
        provider="saml_okta",
        domains=[f"walk{id(walk)}.test"],
        organization_id=organization,
    )
    link = await setting.call("POST", "/admin_portal_link_tokens", organization_id=organization)
    await walk.open("admin", token=link["token"])
    await walk.press("Begin")
    await walk.open(f"admin/{made['id']}")
    await walk.page.get_by_label("Address of its metadata").fill("http://127.0.0.1:1/")
    await walk.press("Read the metadata")
    assert len(walk.seen) >= 4
    assert walk.wrong == []
