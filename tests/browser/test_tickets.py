"""Following the links of invitations and sign-in tokens, with the official components."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.visitor import PASSWORD, Visitor, address


@pytest.fixture
def visitor(page: Page, static):
    return Visitor(page, static)


async def test_who_was_invited_signs_up_without_proving_the_address_again(visitor, setting):
    made = await setting.call(
        "POST",
        "/invitations",
        email_address=address("olga"),
        redirect_url=visitor.url + "/sign-up",
    )
    await visitor.page.goto(made["url"])
    await visitor.page.get_by_label("Password", exact=True).fill(PASSWORD)
    await visitor.go_on()
    await visitor.is_in()


async def test_who_was_invited_to_an_organization_is_in_it_after_signing_in(visitor, setting):
    acme = await setting.organization("Acme Planes", await setting.user("paul"))
    await setting.user("quinn")
    made = await setting.call(
        "POST",
        f"/organizations/{acme}/invitations",
        email_address=address("quinn"),
        role="org:member",
        redirect_url=visitor.url + "/sign-in",
    )
    await visitor.page.goto(made["url"])
    await visitor.is_in()
    await visitor.open_switcher()
    await expect(visitor.page.get_by_text("Acme Planes").first).to_be_visible()


async def test_a_link_of_the_apps_server_signs_its_user_in_once(
    visitor, setting, second_page: Page
):
    user_id = await setting.user("rosa")
    made = await setting.call("POST", "/sign_in_tokens", user_id=user_id)
    link = f"{visitor.url}/sign-in?__clerk_ticket={made['token']}"
    await visitor.page.goto(link)
    await visitor.is_in()
    await second_page.goto(link)
    await expect(second_page.get_by_text("The link has been used already.")).to_be_visible()
