"""One's own account in the official components."""

from playwright.async_api import Page, expect

from tests.browser.visitor import Visitor


async def test_a_new_name_is_kept_and_shown(page: Page, react, setting):
    user_id = await setting.user("paul")
    visitor = Visitor(page, react)
    await visitor.sign_in("paul")
    await visitor.open_account()
    await page.get_by_role("button", name="Update profile").click()
    await page.get_by_label("First name").fill("Paula")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Paula").first).to_be_visible()
    assert (await setting.call("GET", f"/users/{user_id}"))["first_name"] == "Paula"


async def test_two_people_share_a_browser_and_take_turns(page: Page, react, setting):
    ids = {await setting.user(name) for name in ("rosa", "ruth")}
    visitor = Visitor(page, react)
    await visitor.sign_in("rosa")
    first = (await visitor.claims())["sub"]
    await visitor.user_menu.click()
    await page.get_by_text("Add account").click()
    await page.wait_for_url("**/sign-in*")
    await visitor.sign_in("ruth")
    second = (await visitor.claims())["sub"]
    assert {first, second} == ids

    await visitor.user_menu.click()
    await page.get_by_text("Rosa", exact=True).click()
    await expect(page.get_by_test_id("claims")).to_contain_text(first)
    assert (await visitor.claims())["sub"] == first
