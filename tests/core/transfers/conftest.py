"""A second server, with keys, files and a database of its own, to which instances move."""

import dataclasses
from collections.abc import AsyncIterator, Iterator

import pytest

from charter.kernel.platform import Platform
from charter.outside.payments import PaymentGateways
from charter.platform import create_platform
from charter.server import create_app
from tests.conftest import new_database
from tests.core.transfers import cast_of_money
from tests.stripe_server import StripeServer, stripe_server
from tests.world import World, new_world

OTHER_KEY = ("elsewhere", bytes(range(32, 64)))


@pytest.fixture(scope="session")
def other_database_url(postgres_url: str) -> Iterator[str]:
    with new_database(postgres_url) as url:
        yield url


@pytest.fixture(scope="session")
async def other_settings(settings, other_database_url):
    return dataclasses.replace(
        settings, database_url=other_database_url, encryption_keys=(OTHER_KEY,)
    )


@pytest.fixture(scope="session")
async def other_platform(other_settings, platform: Platform) -> AsyncIterator[Platform]:
    made = create_platform(other_settings, is_strict=True, new_signing_key=platform.new_signing_key)
    await made.database.open()
    yield made
    await made.database.close()
    await made.work.close()


@pytest.fixture(scope="session")
async def other_app(other_settings, other_platform):
    return create_app(other_settings, platform=other_platform)


@pytest.fixture
async def elsewhere(other_platform, other_app) -> AsyncIterator[World]:
    """A new instance on the second server."""
    made = await new_world(other_platform, other_app)
    yield made
    await made.close()


@pytest.fixture
async def stripe(world, elsewhere) -> AsyncIterator[StripeServer]:
    """A Stripe through which both servers take money, as they do with one secret."""
    async with stripe_server() as server:
        for each in (world, elsewhere):
            gateway = PaymentGateways(server.url)
            each.platform = dataclasses.replace(each.platform, gateway=gateway)
        yield server


@pytest.fixture
async def paying(world, stripe) -> World:
    """An instance with money in every state."""
    await cast_of_money.fill(world, stripe)
    assert await cast_of_money.lacks(world) == []
    return world
