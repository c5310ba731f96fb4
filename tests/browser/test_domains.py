"""Domains of an organization in the official components: proven, and who asks to join by them."""

from contextlib import suppress

from playwright.async_api import Page, expect
from playwright.async_api import TimeoutError as TookTooLong

from tests.browser.visitor import PASSWORD, Visitor


async def open_management(visitor: Visitor) -> None:
    """Open what the admins of the active organization keep."""
    await visitor.open_switcher()
    async with visitor.page.expect_response(lambda answer: "/domains" in answer.url):
        await visitor.page.get_by_text("Manage").click()


async def add_domain(page: Page, domain: str) -> None:
    """Name a domain, and again where that was lost.

    The component shows its list some time after the answer came, and closes a form that was open.
    """
    for patience in (3_000, 6_000):
        with suppress(TookTooLong):
            await name_domain(page, domain, timeout=patience)
            return
    await name_domain(page, domain)


async def name_domain(page: Page, domain: str, **patience: float) -> None:
    """Send the form that adds a domain, up to where it asks for an address there."""
    await page.get_by_role("button", name="Add domain").click(**patience)
    await page.get_by_label("Domain").fill(domain, **patience)
    await page.get_by_role("button", name="Save").click(**patience)
    await page.get_by_label("Verification email address").wait_for(**patience)


async def prove_domain(visitor: Visitor, domain: str) -> None:
    """Add a domain, and prove it by the code that is sent there."""
    page = visitor.page
    await add_domain(page, domain)
    await page.get_by_label("Verification email address").fill("office+clerk_test")
    async with visitor.getting_code():
        await page.keyboard.press("Enter")
    await visitor.enter_code()
    # The components show the domain as it was before until they are loaded anew.
    await expect(page.get_by_role("button", name="Add domain")).to_be_visible()
    await page.reload()
    await open_management(visitor)
    await expect(page.get_by_text(domain)).to_be_visible()
    await expect(page.get_by_text("No automatic enrollment")).to_be_visible()


async def suggest(page: Page) -> None:
    """Have the people of the one domain shown the organization."""
    await page.locator(".cl-menuButtonEllipsis").click()
    await page.get_by_role("menuitem", name="Manage").click()
    await page.get_by_text("Automatic suggestions").click()
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("button", name="Save")).to_be_hidden()


async def test_somebody_of_a_proven_domain_asks_to_join_and_is_let_in(
    page: Page, react, setting, second_page: Page
):
    await setting.organization("Acme Bridges", await setting.user("quin"))
    admin = Visitor(page, react)
    await admin.sign_in("quin")
    await admin.open_switcher()
    await page.get_by_text("Acme Bridges").click()
    await expect(page.get_by_role("heading", name="Acme Bridges")).to_be_visible()
    await open_management(admin)
    await prove_domain(admin, "bridges.test")
    await suggest(page)

    rosa = "rosa+clerk_test@bridges.test"
    await setting.call("POST", "/users", email_address=[rosa], password=PASSWORD, first_name="Rosa")
    guest = Visitor(second_page, react)
    await guest.go_to("/sign-in")
    await second_page.get_by_label("Email address").fill(rosa)
    await guest.go_on()
    await guest.enter_password()
    await guest.is_in()
    await guest.open_switcher()
    await second_page.get_by_role("button", name="Request to join").click()
    await expect(second_page.get_by_text("Pending approval")).to_be_visible()

    await page.reload()
    await open_management(admin)
    await page.get_by_role("button", name="Members").click()
    await page.get_by_role("tab", name="Requests").click()
    await page.get_by_role("button", name="Approve").click()
    await expect(page.get_by_text("No requests to display")).to_be_visible()

    await second_page.reload()
    await guest.open_switcher()
    await second_page.get_by_text("Acme Bridges").click()
    await expect(second_page.get_by_role("heading", name="Acme Bridges")).to_be_visible()
    assert (await guest.claims())["o"]["rol"] == "member"
