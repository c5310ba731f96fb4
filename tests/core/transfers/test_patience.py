"""Whoever moves an instance may take longer than anybody waits for an answer."""

import asyncio
import dataclasses
from types import SimpleNamespace

import pytest
from sqlalchemy import text

from charter.core.transfers import operations
from charter.core.transfers.exporting import begin_snapshot
from charter.core.transfers.model import Person
from charter.kernel.db import Database, Statement
from tests.core.transfers.moving import Kept

IDLE_LIMIT = Statement[str](
    text("SHOW idle_in_transaction_session_timeout"), across_instances="it is about the session"
)


@pytest.fixture
async def impatient(world):
    """The platform, with half a second for each statement."""
    database = Database(world.platform.database.url, statement_timeout_ms=500)
    await database.open()
    yield dataclasses.replace(world.platform, database=database)
    await database.close()


async def test_people_of_a_file_may_take_longer_than_a_statement_may(world, impatient):
    made = await world.call(None, operations.begin, source="6" * 64)
    ann = Person(1, {"primary_email_address": "ann@example.com"})
    async with world.platform.database.pool.acquire() as connection, connection.transaction():
        await connection.execute("LOCK TABLE users IN SHARE MODE")
        taking = asyncio.ensure_future(
            world.call(
                None,
                operations.take_people,
                import_id=made.id,
                place=0,
                people_given=[ann],
                rejects=Kept(),
                platform=impatient,
            )
        )
        await asyncio.sleep(1)
    after = await taking
    assert (after.written, after.rejected) == (1, 0)


async def test_who_takes_the_lines_of_an_export_may_be_slow(world):
    db = world.platform.database.writing(world.instance_id)
    await begin_snapshot(SimpleNamespace(db=db))
    assert await db.value(IDLE_LIMIT) == "0"
    await db.end(commit=False)
