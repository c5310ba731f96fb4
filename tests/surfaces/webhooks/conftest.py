"""A server of an app that takes webhooks."""

import pytest

from tests.hooks import sinking


@pytest.fixture
async def sink():
    async with sinking() as found:
        yield found
