"""Apps that render on the server: who asks is known before a page is sent."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.visitor import Visitor, address


@pytest.mark.parametrize("app", ["express", "nextjs"])
async def test_a_page_is_written_for_the_one_who_asks(page: Page, setting, request, app):
    name = f"sara-{app}"
    user_id = await setting.user(name)
    visitor = Visitor(page, request.getfixturevalue(app))
    await visitor.go_to("/")
    await expect(page.get_by_role("heading", name="Hello, stranger")).to_be_visible()
    await visitor.sign_in(name)
    await visitor.go_to("/")
    assert f"Hello, {name.title()}" in await source(page)
    assert (await page.request.get(f"{visitor.url}/api/me")).status == 200

    # Without a token of its own the app asks the server, by way of the browser. No page is open
    # while its cookies are gone: its scripts would take the person for signed out.
    await page.goto("about:blank")
    kept = [each for each in await page.context.cookies() if "__session" not in each["name"]]
    await page.context.clear_cookies()
    await page.context.add_cookies(kept)
    await visitor.go_to("/")
    assert f"Hello, {name.title()}" in await source(page)
    assert "__clerk_handshake" not in page.url
    me = await (await page.request.get(f"{visitor.url}/api/me")).json()
    assert me["userId"] == user_id

    await visitor.sign_out()
    await visitor.go_to("/")
    await expect(page.get_by_role("heading", name="Hello, stranger")).to_be_visible()
    assert (await page.request.get(f"{visitor.url}/api/me")).status == 401


async def test_a_page_for_members_leads_strangers_to_sign_in_and_back(page: Page, setting, nextjs):
    acme = await setting.organization("Acme Boats", await setting.user("sven"))
    visitor = Visitor(page, nextjs)
    await visitor.go_to("/team")
    await page.wait_for_url("**/sign-in**")
    await page.get_by_label("Email address").fill(address("sven"))
    await visitor.go_on()
    await visitor.enter_password()
    await page.wait_for_url("**/team")
    await expect(page.get_by_text("Choose an organization")).to_be_visible()

    await visitor.open_switcher()
    await page.get_by_text("Acme Boats").click()
    await expect(page.get_by_text("You are org:admin.")).to_be_visible()
    await expect(page.get_by_text(f"{address('sven')}, org:admin")).to_be_visible()
    me = await (await page.request.get(f"{nextjs}/api/me")).json()
    assert me["orgId"] == acme


async def source(page: Page) -> str:
    """The page as the server sends it to this browser, without the marks of its framework."""
    return (await (await page.request.get(page.url)).text()).replace("<!-- -->", "")
