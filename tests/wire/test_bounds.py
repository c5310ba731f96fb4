"""What a request may hold, and how long it may take to arrive."""

import asyncio
import json

import pytest

from charter.wire import reading, uploads
from charter.wire.forms import FORM, MAX_FIELDS
from charter.wire.uploads import MAX_PARTS

JSON = {"content-type": "application/json"}


@pytest.fixture
async def browser(world):
    made = world.browser()
    await made.sign_in("ann")
    yield made
    await made.close()


def told(answer) -> str:
    return answer.json()["errors"][0]["long_message"]


@pytest.mark.security("K7")
async def test_a_form_has_no_more_fields_than_anybody_needs(browser):
    def form(count):
        return {f"a{n}": "1" for n in range(count - 1)} | {"first_name": "Ann"}

    assert (await browser.patch("/me", form(MAX_FIELDS))).status_code == 200
    refused = await browser.patch("/me", form(MAX_FIELDS + 1))
    assert refused.status_code == 400
    assert "not a form" in told(refused)


@pytest.mark.security("K7")
async def test_an_upload_has_no_more_parts_than_anybody_needs(browser):
    parts = [(f"a{n}", (None, b"1")) for n in range(MAX_PARTS)]
    path, query = "/me/profile_image", {"_clerk_session_id": browser.session_id}
    picture = ("file", ("me.png", b"no picture", "image/png"))
    within = await browser.http.post(path, params=query, files=[*parts[1:], picture])
    assert "picture" in told(within) or "image" in told(within)
    beyond = await browser.http.post(path, params=query, files=[*parts, picture])
    assert beyond.status_code == 400
    assert f"more than {MAX_PARTS} parts" in told(beyond)


async def slowly(*pieces: bytes):
    for piece in pieces:
        yield piece
        await asyncio.sleep(0.2)


@pytest.mark.security("K7")
async def test_a_body_that_arrives_too_slowly_is_cut(world, browser, monkeypatch):
    monkeypatch.setattr(reading, "READ_SECONDS", 0.05)
    monkeypatch.setattr(uploads, "READ_SECONDS", 0.05)
    body = json.dumps({"first_name": "Ann"}).encode()
    part = b'--x\r\ncontent-disposition: form-data; name="file"\r\n\r\n'
    path, query = "/me/profile_image", {"_clerk_session_id": browser.session_id}
    slow_json = await world.client.post(
        "/v1/users", content=slowly(body[:5], body[5:]), headers=JSON
    )
    slow_form = await browser.http.post(
        "/client/sign_ups",
        content=slowly(b"first_name=", b"Ann"),
        headers={"content-type": FORM},
    )
    slow_upload = await browser.http.post(
        path,
        params=query,
        content=slowly(part, b"1\r\n--x--\r\n"),
        headers={"content-type": "multipart/form-data; boundary=x"},
    )
    for answer in (slow_json, slow_form, slow_upload):
        assert answer.status_code == 400
        assert "too slowly" in told(answer)
