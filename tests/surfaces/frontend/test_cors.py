"""Which pages may read the answers of an instance that is for real."""

import pytest

from charter.core.instances.model import Environment
from tests.world import new_world


@pytest.fixture
async def world(platform, app):
    """An instance that is for real, with one more origin than the app's own."""
    made = await new_world(platform, app, Environment.PRODUCTION)
    await made.configure(allowed_origins=["https://shop.example"])
    yield made
    await made.close()


@pytest.mark.security("K2")
@pytest.mark.parametrize("origin", ["http://app.test", "http://auth.test", "https://shop.example"])
async def test_pages_of_allowed_origins_read_answers_with_their_cookies(world, origin):
    for answer in (
        await world.browser(origin=origin).get("/environment"),
        await world.browser(origin=origin).http.options("/client"),
    ):
        assert answer.headers["access-control-allow-origin"] == origin
        assert answer.headers["access-control-allow-credentials"] == "true"
        assert "Origin" in answer.headers["vary"]


@pytest.mark.security("K2")
@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "*",
        "https://evil.test",
        "https://app.test",
        "http://app.test:8080",
        "http://app.test.evil.test",
        "http://evilapp.test",
        "http://sub.app.test",
        "http://app.test/",
        "https://shop.example.evil.test",
        "https://shop.example:443",
        "https://ann@shop.example",
        "http://localhost:3000",
        "file://",
    ],
)
async def test_pages_of_other_origins_neither_read_nor_change_anything(world, origin):
    browser = world.browser(origin=origin)
    for answer in (
        await browser.get("/environment"),
        await browser.post("/client"),
        await browser.post("/verify", {"token": "x"}),
        await browser.http.options("/client"),
    ):
        assert "access-control-allow-origin" not in answer.headers
        assert "access-control-allow-credentials" not in answer.headers
        assert "set-cookie" not in answer.headers
    refused = await browser.post("/client")
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (400, "origin_invalid")
