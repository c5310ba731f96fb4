"""Signing up, in and out with the official components, in every app."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.visitor import Visitor

APPS = ["static", "react", "express", "nextjs"]


@pytest.fixture(params=APPS)
def visitor(request: pytest.FixtureRequest, page: Page) -> Visitor:
    return Visitor(page, request.getfixturevalue(request.param))


async def test_a_person_signs_up_with_a_code_and_comes_back_with_the_password(visitor, request):
    name = f"ann-{request.node.callspec.id}"
    await visitor.sign_up(name)
    await visitor.sign_out()

    await visitor.begin_to_sign_in(name)
    await visitor.enter_password("not the password")
    await expect(visitor.mistake).to_have_text("The password is incorrect.")
    await visitor.enter_password()
    await visitor.is_in()
    await visitor.page.reload()
    await visitor.is_in()
    await visitor.sign_out()


@pytest.mark.parametrize("app", ["react", "nextjs"])
async def test_an_open_tab_signs_out_when_its_session_was_ended_elsewhere(
    page, request, setting, app
):
    visitor = Visitor(page, request.getfixturevalue(app))
    user_id = await setting.user("ann")
    await visitor.sign_in("ann")
    for session in await setting.call("GET", f"/sessions?user_id={user_id}"):
        await setting.call("POST", f"/sessions/{session['id']}/revoke")
    # Whoever comes back to a tab has it ask how things stand.
    await page.evaluate("window.dispatchEvent(new Event('focus'))")
    await visitor.is_out()
