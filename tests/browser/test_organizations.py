"""Organizations in the official components, and what the session token says of them."""

from playwright.async_api import Page, expect

from tests.browser.visitor import Visitor, address


async def test_who_makes_an_organization_acts_for_it_and_may_go_back(page: Page, react, setting):
    await setting.user("olga")
    visitor = Visitor(page, react)
    await visitor.sign_in("olga")
    assert "o" not in await visitor.claims()

    await visitor.open_switcher()
    await page.get_by_text("Create organization").click()
    await page.get_by_label("Name", exact=True).fill("Acme Rockets")
    await page.get_by_role("button", name="Create organization").click()
    await page.get_by_role("button", name="Skip").click()
    await expect(page.get_by_role("heading", name="Acme Rockets")).to_be_visible()
    claims = await visitor.claims()
    assert (claims["o"]["slg"], claims["o"]["rol"]) == ("acme-rockets", "admin")

    await visitor.open_switcher()
    await page.get_by_text("Personal account").click()
    await expect(page.get_by_role("heading", name="notes")).to_be_visible()
    assert "o" not in await visitor.claims()


async def test_somebody_invited_joins_from_a_second_browser(
    page: Page, react, setting, second_page: Page
):
    acme = await setting.organization("Acme Trains", await setting.user("otto"))
    visitor = Visitor(page, react)
    await visitor.sign_in("otto")
    await visitor.open_switcher()
    await page.get_by_text("Acme Trains").click()
    await expect(page.get_by_role("heading", name="Acme Trains")).to_be_visible()
    await visitor.open_switcher()
    await page.get_by_text("Manage").click()
    await page.get_by_role("button", name="Members").click()
    await page.get_by_role("button", name="Invite").click()
    await page.get_by_placeholder("example@email.com").fill(address("piet"))
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Send invitations").click()
    await expect(page.get_by_text("Invitations successfully sent")).to_be_visible()

    guest = Visitor(second_page, react)
    await second_page.goto(await setting.link("piet"))
    await second_page.get_by_role("link", name="Create an account").click()
    await second_page.get_by_label("Password", exact=True).fill("a walk before breakfast")
    await second_page.keyboard.press("Enter")
    await expect(second_page.get_by_role("heading", name="Your profile")).to_be_visible()

    guest = Visitor(second_page, react)
    await guest.go_to("/")
    await guest.is_in()
    await expect(second_page.get_by_role("heading", name="Acme Trains")).to_be_visible()
    assert (await guest.claims())["o"]["id"] == acme
    assert (await guest.claims())["o"]["rol"] == "member"


async def test_an_invitation_by_the_apps_server_leads_to_the_apps_own_page(
    page: Page, react, setting
):
    owner = await setting.user("oskar")
    acme = await setting.organization("Acme Planes", owner)
    await setting.call(
        "POST",
        f"/organizations/{acme}/invitations",
        email_address=address("quentin"),
        role="org:member",
        inviter_user_id=owner,
        redirect_url=f"{react}/sign-up",
    )
    guest = Visitor(page, react)
    await page.goto(await setting.link("quentin"))
    await page.get_by_label("Password", exact=True).fill("a walk before breakfast")
    await guest.go_on()
    await guest.is_in()
    await expect(page.get_by_role("heading", name="Acme Planes")).to_be_visible()
    assert (await guest.claims())["o"]["id"] == acme
