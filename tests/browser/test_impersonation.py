"""Acting as a user in apps with the official clients and components."""

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.visitor import Visitor

SUPPORT = {"sub": "user_support"}
USE_TICKET = """async (ticket) => {
    const signIn = await Clerk.client.signIn.create({ strategy: "ticket", ticket });
    await Clerk.setActive({ session: signIn.createdSessionId });
}"""
"""What a page of an app does with a ticket, where it does without the components."""


async def use(visitor: Visitor, made: dict[str, Any]) -> None:
    """Sign in with the ticket of a token, and look at the app's first page."""
    await visitor.go_to("/")
    await visitor.page.wait_for_function("window.Clerk?.loaded")
    await visitor.page.evaluate(USE_TICKET, made["token"])
    await visitor.go_to("/")
    await visitor.is_in()


async def test_a_page_without_a_server_says_who_acts_and_so_does_its_token(
    page: Page, second_page: Page, setting, react
):
    user_id = await setting.user("una")
    made = await setting.call("POST", "/actor_tokens", user_id=user_id, actor=SUPPORT)
    visitor = Visitor(page, react)
    await use(visitor, made)
    await expect(page.get_by_text("You act as Una; the records name you as")).to_be_visible()
    await expect(page.get_by_test_id("actor")).to_have_text("user_support")
    claims = await visitor.claims()
    assert (claims["sub"], claims["act"]) == (user_id, SUPPORT)

    una = Visitor(second_page, react)
    await use(una, await setting.call("POST", "/sign_in_tokens", user_id=user_id))
    claims = await una.claims()
    assert (claims["sub"], claims.get("act")) == (user_id, None)
    await expect(second_page.get_by_test_id("address")).to_be_visible()
    await expect(second_page.get_by_text("You act as")).to_be_hidden()


@pytest.mark.parametrize("app", ["express", "nextjs"])
async def test_a_server_knows_who_acts_before_it_writes_a_page(
    page: Page, second_page: Page, setting, request, app
):
    name = f"walt-{app}"
    user_id = await setting.user(name)
    url = request.getfixturevalue(app)
    made = await setting.call("POST", "/actor_tokens", user_id=user_id, actor=SUPPORT)
    await use(Visitor(page, url), made)
    said = f"You act as {name.title()}; the records name you as user_support."
    await expect(page.get_by_text(said)).to_be_visible()
    me = await (await page.request.get(f"{url}/api/me")).json()
    assert (me["userId"], me["actor"]) == (user_id, SUPPORT)

    own = await setting.call("POST", "/sign_in_tokens", user_id=user_id)
    await use(Visitor(second_page, url), own)
    await expect(second_page.get_by_text(f"Hello, {name.title()}")).to_be_visible()
    await expect(second_page.get_by_text("You act as")).to_be_hidden()


async def test_the_components_open_the_link_of_an_actor(page: Page, setting, react):
    user_id = await setting.user("vera")
    made = await setting.call("POST", "/actor_tokens", user_id=user_id, actor=SUPPORT)
    visitor = Visitor(page, react)
    await visitor.go_to(f"/sign-in?__clerk_ticket={made['token']}")
    await visitor.is_in()
    await visitor.go_to("/")
    await expect(page.get_by_test_id("actor")).to_have_text("user_support")
