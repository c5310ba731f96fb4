"""An application that an SDK made for itself is claimed in a real browser."""

import httpx
import pytest

from tests.browser.test_portal_accessibility import PHONE, Walk
from tests.live import LiveServer


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_an_application_is_claimed_by_its_link_and_a_button(
    chromium, server: LiveServer, scheme
):
    async with httpx.AsyncClient() as sdk:
        made = (await sdk.post(f"{server.url}/v1/accountless_applications?source=nextjs")).json()
    context = await chromium.new_context(viewport=PHONE, color_scheme=scheme)
    page = await context.new_page()
    walk = Walk(page, server.url)
    await page.goto(made["api_keys_url"])
    await walk.check("keys")
    # Browsers' prompts say where they came from.
    await page.goto(f"{made['claim_url']}&return_url=http://localhost:3000/start")
    await walk.check("claim")
    await walk.press("Claim")
    await page.get_by_text("is yours").wait_for()
    assert made["secret_key"] in await page.inner_text("pre")
    way_back = page.get_by_role("link", name="Back to your app")
    assert await way_back.get_attribute("href") == "http://localhost:3000/start"
    await page.goto(made["claim_url"])
    await page.get_by_role("heading", name="This application is claimed").wait_for()
    await walk.check("claimed")
    await context.close()
    assert len(walk.seen) == 4
    assert walk.wrong == []
