"""Redirect URLs on the wire of the Backend API."""

import pytest

APP = "my-app://oauth-callback"


async def create(world, url=APP):
    return await world.post("/redirect_urls", {"url": url})


async def test_a_redirect_url_is_made_read_and_deleted(world):
    answer = await create(world)
    assert answer.status_code == 200
    made = answer.json()
    assert (made["object"], made["url"]) == ("redirect_url", APP)
    path = f"/redirect_urls/{made['id']}"
    assert (await world.get(path)).json() == made
    deleted = (await world.delete(path)).json()
    assert deleted == {"object": "redirect_url", "id": made["id"], "deleted": True}
    for gone in (await world.get(path), await world.delete(path)):
        assert gone.status_code == 404
        assert gone.json()["errors"][0]["code"] == "resource_not_found"


async def test_the_list_is_an_array_or_a_page(world):
    urls = [f"my-app://{number}" for number in range(3)]
    for url in urls:
        await create(world, url)
    rows = (await world.get("/redirect_urls")).json()
    assert [each["url"] for each in rows] == urls[::-1]
    query = {"paginated": "true", "limit": 1, "offset": 1}
    page = (await world.get("/redirect_urls", params=query)).json()
    assert ([each["url"] for each in page["data"]], page["total_count"]) == ([urls[1]], 3)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 422, "form_param_missing"),
        ({"url": None}, 422, "form_param_value_invalid"),
        ({"url": "javascript://%0aalert(1)"}, 422, "form_param_format_invalid"),
        ({"url": "/back"}, 422, "form_param_format_invalid"),
        ({"url": APP}, 400, "duplicate_record"),
        ({"url": "a://b", "name": "x"}, 422, "form_param_unknown"),
    ],
)
async def test_what_cannot_be_listed_is_refused(world, body, status, code):
    await create(world)
    refused = await world.post("/redirect_urls", body)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (status, code)


@pytest.mark.security("J8")
async def test_a_browser_comes_back_to_an_app_that_is_listed(world):
    browser = world.browser()
    query = {"redirect_url": APP}
    refused = await browser.get("/client/touch", **query)
    assert refused.json()["errors"][0]["code"] == "invalid_redirect_url"
    await create(world)
    assert (await browser.get("/client/touch", **query)).headers["location"] == APP
    await browser.close()
