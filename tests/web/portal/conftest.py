"""Visitors of the portal, and the colours and languages they see it in."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest

from charter.core.keys.lookup import lookup
from tests.web.portal.visitor import Visitor
from tests.world import World


@pytest.fixture
async def visitors(app, world: World) -> AsyncIterator[Callable[[], Visitor]]:
    """Makes visitors of the world's portal, each with a browser of their own."""
    clients: list[httpx.AsyncClient] = []

    def make() -> Visitor:
        transport = httpx.ASGITransport(app=app)
        client = httpx.AsyncClient(transport=transport, base_url="http://api.test")
        clients.append(client)
        return Visitor(world, client)

    yield make
    for client in clients:
        await client.aclose()


@pytest.fixture
async def visitor(visitors: Callable[[], Visitor]) -> Visitor:
    """A visitor of the world's portal."""
    return visitors()


@pytest.fixture
def change_settings(world: World) -> Callable[..., Awaitable[None]]:
    """Changes settings of the world's instance."""

    async def change(**settings: Any) -> None:
        await world.sql(
            "UPDATE instances SET settings = settings || $2 WHERE id = $1 RETURNING id",
            world.instance_id,
            settings,
        )
        lookup(world.platform).forget()

    return change


@pytest.fixture
def move_sessions_back(world: World) -> Callable[..., Awaitable[None]]:
    """Makes the factors of the world's sessions older."""

    async def move(minutes: int) -> None:
        await world.sql(
            "UPDATE sessions SET first_factor_at = first_factor_at - $2 * interval '1 minute'"
            " WHERE instance_id = $1 RETURNING id",
            world.instance_id,
            minutes,
        )

    return move
