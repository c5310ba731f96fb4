"""The pages that links of the Accounts API open, in Chromium: a button uses a link, and says so."""

import dataclasses

import httpx
import pyotp
import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.setting import Setting
from tests.browser.test_portal_accessibility import DESKTOP, PHONE, Walk
from tests.browser.visitor import address
from tests.conftest import new_database
from tests.live import LiveServer, live

NEW_PASSWORD = "another walk, at dawn"  # a made-up one


class Door:
    """The Accounts API of a running server, as a client without pages of its own calls it."""

    def __init__(self, server: LiveServer, setting: Setting) -> None:
        self._setting = setting
        self.base = f"{server.url}/accounts"
        self._secret_key = server.secret_key
        self._client_id = ""

    async def open(self) -> "Door":
        """Make the client."""
        instance = await self._setting.call("GET", "/instance")
        application = instance["id"].replace("ins_", "app_")
        path = f"/api/applications/{application}/clients"
        self._client_id = (await self.post(path, by_server=True, name="Shop"))["id"]
        return self

    async def post(self, path: str, *, by_server: bool = False, **body: object) -> dict[str, str]:
        """Call the API; the answer, which must be a success."""
        headers = {"authorization": f"Bearer {self._secret_key}"} if by_server else {}
        async with httpx.AsyncClient(headers=headers) as http:
            answer = await http.post(self.base + path, json=body)
        assert answer.is_success, answer.text
        found: dict[str, str] = answer.json() if answer.content else {}
        return found

    async def link(self, call: str, name: str) -> str:
        """Have a link mailed to somebody; where it leads."""
        await self.post(f"/auth/{call}", client_id=self._client_id, email=address(name))
        return await self._setting.link(name)

    async def sign_in(self, name: str, password: str) -> None:
        """Sign somebody in by their password, which must be right."""
        given = {"client_id": self._client_id, "email": address(name), "password": password}
        await self.post("/auth/sign-in", **given)


@pytest.fixture(scope="module")
def server(settings, postgres_url, tmp_path_factory):
    """A server with a worker, which writes these mails."""
    data = tmp_path_factory.mktemp("account-links")
    with new_database(postgres_url) as url:
        own = dataclasses.replace(settings, data=data, database_url=url)
        with live(own, "auth.localhost", with_worker=True) as running:
            yield running


@pytest.fixture
async def door(server, setting):
    return await Door(server, setting).open()


async def says(page: Page, text: str) -> None:
    await expect(page.get_by_role("status")).to_have_text(text)


async def test_a_link_that_is_opened_signs_in_when_its_button_is_pressed(page: Page, door, setting):
    await setting.user("lena")
    await page.goto(await door.link("send-magic-link", "lena"))
    await says(page, "Go on if you asked for this link.")
    assert "?" not in page.url
    await page.get_by_role("button", name="Sign in").click()
    await says(page, "You are signed in. Go on in the application.")
    await expect(page.get_by_role("button")).to_have_count(0)


async def test_a_link_is_good_once(page: Page, door, setting):
    await setting.user("mila")
    link = await door.link("send-magic-link", "mila")
    for said in ("You are signed in. Go on in the application.", "The link"):
        await page.goto(link)
        await page.get_by_role("button", name="Sign in").click()
        await expect(page.get_by_role("status")).to_contain_text(said)


async def test_who_has_a_second_factor_is_asked_for_its_code(page: Page, door, setting):
    user_id = await setting.user("nora")
    secret = pyotp.random_base32()
    await setting.call("PATCH", f"/users/{user_id}", totp_secret=secret)
    await page.goto(await door.link("send-magic-link", "nora"))
    await expect(page.get_by_label("Code of your second factor")).to_be_hidden()
    await page.get_by_role("button", name="Sign in").click()
    code = page.get_by_label("Code of your second factor")
    await expect(code).to_be_focused()
    await code.fill(pyotp.TOTP(secret).now())
    await page.get_by_role("button", name="Sign in").click()
    await says(page, "You are signed in. Go on in the application.")


async def test_a_new_password_is_chosen_and_a_bad_one_asked_for_again(page: Page, door, setting):
    await setting.user("olga")
    await page.goto(await door.link("send-password-reset", "olga"))
    field = page.get_by_label("New password")
    await field.fill("short")
    await page.get_by_role("button", name="Set the password").click()
    await expect(page.get_by_role("status")).to_contain_text("at least 8 characters")
    await expect(field).to_be_focused()
    await field.fill(NEW_PASSWORD)
    await page.get_by_role("button", name="Set the password").click()
    await says(page, "Your password is set. Sign in with it in the application.")
    await door.sign_in("olga", NEW_PASSWORD)


async def test_a_server_that_does_not_answer_leaves_the_button(page: Page, door, setting):
    await setting.user("paul")
    await page.goto(await door.link("send-magic-link", "paul"))
    await page.context.set_offline(offline=True)
    await page.get_by_role("button", name="Sign in").click()
    await says(page, "The server did not answer. Try again in a moment.")
    await page.context.set_offline(offline=False)
    await page.get_by_role("button", name="Sign in").click()
    await says(page, "You are signed in. Go on in the application.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
async def test_everybody_can_use_the_pages(chromium: Browser, door, scheme, size):
    context = await chromium.new_context(color_scheme=scheme, viewport=size, locale="en-US")
    walk = Walk(await context.new_page(), f"{door.base}/auth")
    for name in ("accept-invite", "sign-in-with-token", "verify", "reset-password"):
        await walk.open(name, token="none")  # not a token
    assert walk.wrong == []
    assert len(walk.seen) == 4
    await context.close()
