"""Acting as a user in apps with the official components."""

from dataclasses import dataclass

import pytest
from playwright.async_api import Page, expect

from tests.browser.setting import Setting
from tests.browser.visitor import Visitor


@dataclass
class Support:
    """Somebody of the app's own who may act as its users."""

    setting: Setting
    name: str = "user_support"

    async def act_as(self, visitor: Visitor, user_id: str, **options: int) -> None:
        """Open the app with a ticket to act as a user."""
        actor = {"sub": self.name}
        made = await self.setting.call(
            "POST", "/actor_tokens", user_id=user_id, actor=actor, **options
        )
        await visitor.go_to(f"/sign-in?__clerk_ticket={made['token']}")
        await visitor.is_in()


@pytest.fixture
def support(setting) -> Support:
    return Support(setting)


async def test_a_page_without_a_server_says_who_acts_and_how_its_token_does(
    page: Page, setting, support, react
):
    user_id = await setting.user("una")
    visitor = Visitor(page, react)
    await support.act_as(visitor, user_id)
    await visitor.go_to("/")
    await expect(page.get_by_text("You act as Una; the records name you as")).to_be_visible()
    await expect(page.get_by_test_id("actor")).to_have_text(support.name)
    claims = await visitor.claims()
    assert (claims["sub"], claims["act"]) == (user_id, {"sub": support.name})


async def test_who_signs_in_for_themselves_acts_as_nobody(page: Page, setting, react):
    await setting.user("vera")
    visitor = Visitor(page, react)
    await visitor.sign_in("vera")
    await visitor.go_to("/")
    assert "act" not in await visitor.claims()
    await expect(page.get_by_text("You act as")).to_be_hidden()


@pytest.mark.parametrize("app", ["express", "nextjs"])
async def test_a_server_knows_who_acts_before_it_writes_a_page(
    page: Page, setting, support, request, app
):
    name = f"walt-{app}"
    user_id = await setting.user(name)
    visitor = Visitor(page, request.getfixturevalue(app))
    await support.act_as(visitor, user_id)
    await visitor.go_to("/")
    said = f"You act as {name.title()}; the records name you as {support.name}."
    await expect(page.get_by_text(said)).to_be_visible()
    me = await (await page.request.get(f"{visitor.url}/api/me")).json()
    assert (me["userId"], me["actor"]) == (user_id, {"sub": support.name})
