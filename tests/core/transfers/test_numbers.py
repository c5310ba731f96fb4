"""Rows are numbered by one count for all instances: an import moves it on, and never back."""

import asyncio

import pytest

from charter.core.transfers import operations
from charter.core.transfers.reading import whole
from tests.core.transfers.moving import exported
from tests.world import new_world

INSERT = (
    "INSERT INTO users (instance_id, id, created_at, updated_at)"
    " VALUES ($1, 'user_x', now(), now()) RETURNING number"
)


@pytest.fixture
async def neighbour(other_platform, other_app):
    """Another instance on the second server."""
    made = await new_world(other_platform, other_app)
    yield made
    await made.close()


@pytest.fixture
async def header(world):
    return whole(await exported(world)).header


async def test_a_number_that_was_given_is_not_given_again(elsewhere, neighbour, header):
    given = [(await neighbour.user(name)).number for name in ("ann", "ben", "cat")]
    header.numbers["users"] = 1
    await elsewhere.call(None, operations.begin, source="4" * 64, header=header)
    assert (await neighbour.user("dan")).number > max(given)


async def test_the_count_is_not_moved_on_while_somebody_is_given_a_number(
    elsewhere, neighbour, header
):
    async with elsewhere.platform.database.pool.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        number = await connection.fetchval(INSERT, neighbour.instance_id)
        header.numbers["users"] = number + 1
        beginning = asyncio.ensure_future(
            elsewhere.call(None, operations.begin, source="5" * 64, header=header)
        )
        done, _ = await asyncio.wait({beginning}, timeout=0.5)
        await transaction.rollback()
    assert not done
    await beginning
    assert (await neighbour.user("ann")).number > number + 1
