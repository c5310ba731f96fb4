"""The pages of a development server over the database, and for whom they are."""

import asyncio
import dataclasses

import httpx
import pytest

from charter.core.email_addresses import codes
from charter.server import create_app
from tests.sent import sent

PATHS = ["/", "/dev/outbox", "/dev/outbox.json", "/dev/outbox/events"]


async def test_the_home_page_names_the_doors_and_a_publishable_key(world, http):
    page = (await http.get("/")).text
    assert "http://api.test/v1" in page
    assert "http://api.test/rpc/v1" in page
    assert "pk_test_" in page
    assert "sk_test_" not in page


async def test_the_outbox_shows_what_was_written(world, http):
    user = await world.user("ann", email="shown@example.com")
    row = user.email_addresses[0]
    await world.call(None, codes.prepare_verification, email_address_id=row.id)
    (message,) = await sent(world)
    shown = (await http.get("/dev/outbox.json?to=shown@example.com")).json()["messages"]
    assert [each["code"] for each in shown] == [message.code]
    assert message.code in (await http.get(f"/dev/outbox/{message.id}")).text
    assert "shown@example.com" in (await http.get("/dev/outbox")).text


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "api.test.evil", ""])
async def test_a_foreign_name_that_leads_here_is_not_answered(http, path, host):
    answer = await http.get(path, headers={"host": host})
    assert answer.status_code in {400, 421}
    assert "outbox" not in answer.text


@pytest.mark.parametrize(
    "host", ["localhost:8000", "127.0.0.1:8000", "[::1]:8000", "auth.localhost", "API.test"]
)
async def test_names_of_this_machine_are_answered(http, host):
    assert (await http.get("/dev/outbox.json", headers={"host": host})).status_code == 200


async def test_production_has_no_such_pages(settings, platform):
    app = create_app(dataclasses.replace(settings, mode="production"), platform=platform)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://api.test") as client:
        for path in PATHS:
            assert (await client.get(path)).status_code == 404


async def test_the_files_of_the_pages_are_served(http):
    page = (await http.get("/")).text
    start = page.index("/assets/")
    path = page[start : page.index('"', start)]
    assert (await http.get(path)).status_code == 200


async def test_a_server_that_stops_ends_its_streams(settings, platform):
    closing = asyncio.Event()
    app = create_app(settings, platform=platform, closing=closing)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://api.test") as client:
        stream = asyncio.create_task(client.get("/dev/outbox/events"))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.shield(stream), 0.3)
        closing.set()
        assert (await asyncio.wait_for(stream, 1)).status_code == 200
