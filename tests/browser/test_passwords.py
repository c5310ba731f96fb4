"""Passwords in the official components: forgotten ones, and new ones."""

from playwright.async_api import Page, expect

from tests.browser.visitor import Visitor

NEW = "a longer walk at dawn"


async def test_a_forgotten_password_is_set_anew_by_a_code(page: Page, react, setting):
    await setting.user("fay")
    visitor = Visitor(page, react)
    await visitor.begin_to_sign_in("fay")
    await page.get_by_text("Forgot password?").click()
    async with visitor.getting_code():
        await page.get_by_role("button", name="Reset your password").click()
    await visitor.enter_code()
    await page.get_by_label("New password", exact=True).fill(NEW)
    await page.get_by_label("Confirm password", exact=True).fill(NEW)
    await page.get_by_role("button", name="Reset Password").click()
    await visitor.is_in()
    await visitor.sign_out()

    await visitor.begin_to_sign_in("fay")
    await visitor.enter_password()
    await expect(visitor.mistake).to_be_visible()
    await visitor.enter_password(NEW)
    await visitor.is_in()


async def test_a_password_is_changed_in_the_account(page: Page, react, setting):
    user_id = await setting.user("gus")
    visitor = Visitor(page, react)
    await visitor.sign_in("gus")
    await visitor.open_account("Security")
    await page.get_by_role("button", name="Update password").click()
    await page.get_by_label("Current password", exact=True).fill("not the password")
    await page.get_by_label("New password", exact=True).fill(NEW)
    await page.get_by_label("Confirm password", exact=True).fill(NEW)
    await page.get_by_role("button", name="Save").click()
    await expect(visitor.mistake.first).to_be_visible()
    await page.get_by_label("Current password", exact=True).fill("a long walk at dusk")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_label("Current password", exact=True)).to_be_hidden()
    await setting.call("POST", f"/users/{user_id}/verify_password", password=NEW)
