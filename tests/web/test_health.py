"""What a proxy or a container asks before it sends requests here."""

import dataclasses

import httpx
import pytest

from charter.kernel.db import Database
from charter.platform import create_platform
from charter.server import create_app
from charter.web import health

NOWHERE = "postgresql://charter@127.0.0.1:1/none"


@pytest.fixture
async def without_database(settings):
    lost = dataclasses.replace(settings, database_url=NOWHERE)
    platform = create_platform(lost)
    await platform.database.open()
    transport = httpx.ASGITransport(app=create_app(lost, platform=platform))
    async with httpx.AsyncClient(transport=transport, base_url="http://10.0.0.7:8000") as client:
        yield client
    await platform.database.close()
    await platform.work.close()


@pytest.mark.parametrize("path", ["/health", "/health/live"])
async def test_a_server_whose_database_answers_is_healthy(http, path):
    answer = await http.get(path)
    assert (answer.status_code, answer.json()) == (200, {"status": "healthy"})
    assert answer.headers["cache-control"] == "no-store"
    bare = await http.head(path)
    assert (bare.status_code, bare.content) == (200, b"")


async def test_without_its_database_a_server_is_alive_and_takes_no_requests(without_database):
    answer = await without_database.get("/health")
    assert (answer.status_code, answer.json()) == (503, {"status": "unavailable"})
    assert answer.headers["retry-after"] == "1"
    assert (await without_database.get("/health/live")).status_code == 200


async def test_the_database_is_asked_once_a_second_at_most(settings, monkeypatch):
    platform = create_platform(settings)
    await platform.database.open()
    transport = httpx.ASGITransport(app=create_app(settings, platform=platform))
    async with httpx.AsyncClient(transport=transport, base_url="http://10.0.0.7") as client:
        assert (await client.get("/health")).status_code == 200
        await platform.database.close()
        assert (await client.get("/health")).status_code == 200
        monkeypatch.setattr(health, "REMEMBERED_SECONDS", 0)
        assert (await client.get("/health")).status_code == 503
    await platform.work.close()


async def test_a_database_whose_connections_are_all_in_use_is_there(settings):
    database = Database(settings.database_url, size=1)
    await database.open()
    held = await database.acquire()
    assert await database.answers()
    await database.release(held)
    assert await database.answers()
    await database.close()
