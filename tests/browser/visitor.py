"""Somebody in front of an app with the official components, doing what people do."""

import hashlib
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Locator, Page, expect

PASSWORD = "a long walk at dusk"
CODE = "424242"
"""The code of every test address."""


def address(name: str) -> str:
    """The test address of somebody, of their own in each test: all share one server."""
    test = os.environ["PYTEST_CURRENT_TEST"].rpartition(" ")[0]
    mark = hashlib.sha256(test.encode()).hexdigest()[:6]
    return f"{name}.{mark}+clerk_test@example.com"


class Visitor:
    """A tab on an app."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url

    @property
    def user_menu(self) -> Locator:
        """The button that only those who are signed in see."""
        return self.page.get_by_role("button", name="Open user menu")

    @property
    def mistake(self) -> Locator:
        """What a form says below one of its fields."""
        return self.page.get_by_test_id("form-feedback-error")

    async def go_on(self) -> None:
        """Send the form."""
        await self.page.get_by_role("button", name="Continue", exact=True).click()

    async def go_to(self, path: str) -> None:
        """Open a page of the app."""
        await self.page.goto(self.url + path)

    @asynccontextmanager
    async def getting_code(self) -> AsyncIterator[None]:
        """Have the block send a code: its field shows before that, and who is quick is early."""
        async with self.page.expect_response(lambda answer: "/prepare_" in answer.url):
            yield

    async def enter_code(self, code: str = CODE) -> None:
        """Type a code; its last digit sends it."""
        field = self.page.get_by_label("Enter verification code")
        await field.press_sequentially(code)

    async def sign_up(self, name: str) -> None:
        """Sign up with a password, and prove the address with a code."""
        await self.go_to("/sign-up")
        await self.page.get_by_label("Email address").fill(address(name))
        await self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        async with self.getting_code():
            await self.go_on()
        await self.enter_code()
        await self.is_in()

    async def begin_to_sign_in(self, name: str) -> None:
        """Say who one is."""
        await self.go_to("/sign-in")
        await self.page.get_by_label("Email address").fill(address(name))
        await self.go_on()

    async def enter_password(self, password: str = PASSWORD) -> None:
        """Prove it."""
        await self.page.get_by_label("Password", exact=True).fill(password)
        await self.go_on()

    async def sign_in(self, name: str) -> None:
        """Sign in with the password."""
        await self.begin_to_sign_in(name)
        await self.enter_password()
        await self.is_in()

    async def sign_out(self) -> None:
        """Sign out by the user menu."""
        await self.user_menu.click()
        await self.page.get_by_text("Sign out", exact=True).click()
        await self.is_out()
        # The app goes to its first page, and would overtake whoever goes elsewhere meanwhile.
        await self.page.wait_for_load_state("networkidle")

    async def open_switcher(self) -> None:
        """Open the list of one's organizations."""
        await self.page.get_by_role("button", name="Open organization switcher").click()

    async def open_account(self, part: str | None = None) -> None:
        """Open one's account, at one of its parts."""
        await self.user_menu.click()
        await self.page.get_by_text("Manage account").click()
        if part:
            await self.page.get_by_role("button", name=part).click()

    async def claims(self) -> dict[str, Any]:
        """What the session token says, as the React example shows it."""
        place = self.page.get_by_test_id("claims")
        await expect(place).to_contain_text('"sub"')
        claims: dict[str, Any] = json.loads(await place.inner_text())
        return claims

    async def is_in(self) -> None:
        """Wait until the app shows the user menu."""
        await expect(self.user_menu).to_be_visible()

    async def is_out(self) -> None:
        """Wait until the app offers to sign in."""
        await expect(self.page.get_by_role("link", name="Sign in").first).to_be_visible()
