"""A Stripe to subscribe at."""

import pytest

from tests.stripe_server import stripe_server
from tests.subscribing import connect


@pytest.fixture
async def paying(world):
    """The world, connected to a Stripe of its own."""
    async with stripe_server() as server:
        yield await connect(world, server)
