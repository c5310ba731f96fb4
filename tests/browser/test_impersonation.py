"""Support staff in somebody's place, by a ticket that the app's server asked for."""

from playwright.async_api import Page, expect

from tests.browser.visitor import Visitor


async def test_an_actor_acts_as_somebody_and_the_token_says_so(page: Page, react, setting):
    user_id, actor_id = await setting.user("ida"), await setting.user("hank")
    made = await setting.call("POST", "/actor_tokens", user_id=user_id, actor={"sub": actor_id})
    visitor = Visitor(page, react)
    await visitor.go_to(f"/sign-in?__clerk_ticket={made['token']}")
    await expect(page.get_by_text("Signed in as ida+clerk_test@example.com").first).to_be_visible()
    claims = await visitor.claims()
    assert claims["sub"] == user_id
    assert claims["act"]["sub"] == actor_id
