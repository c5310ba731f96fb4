"""The stage of the state machines."""

import asyncio

import pytest

from tests.fuzz.signing import Stage


@pytest.fixture
async def signing_stage(platform, app) -> Stage:
    """The whole server, driven step by step from code that does not wait."""
    return Stage(platform, app, asyncio.get_running_loop().run_until_complete)
