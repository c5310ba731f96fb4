"""Writes that wait for one another and are sent as one statement."""

from datetime import UTC, datetime

import asyncpg
import pytest
from sqlalchemy import bindparam, insert, select, update

from charter.kernel import events
from charter.kernel.batches import Batch, Write
from charter.kernel.db import INSTANCE, Statement
from charter.kernel.ids import new_id
from tests.kernel.things import ALL, INSERT, Thing, ThingExists, create_table, things

NOW = datetime(2026, 1, 1, tzinfo=UTC)
RENAME = Statement[None](
    update(things)
    .where(things.c.instance_id == INSTANCE, things.c.id == bindparam("id", type_=things.c.id.type))
    .values(name=bindparam("new_name", type_=things.c.name.type))
)


@pytest.fixture(scope="module", autouse=True)
async def table(database_url):
    await create_table(database_url)


@pytest.fixture
def instance_id():
    return new_id("ins_")


@pytest.fixture
async def db(platform, instance_id):
    made = platform.database.writing(instance_id)
    yield made
    await made.end(commit=False)


@pytest.fixture
def kept(platform, instance_id):
    async def read():
        return await platform.database.reading(instance_id).all(ALL)

    return read


async def test_what_waits_is_there_after_the_commit(db, kept):
    db.insert_later(INSERT, Thing("a", "A"))
    db.insert_later(INSERT, Thing("b", "B"))
    assert await kept() == ()
    await db.end(commit=True)
    assert await kept() == (Thing("a", "A"), Thing("b", "B"))


async def test_what_waits_is_gone_after_a_rollback(db, kept):
    db.insert_later(INSERT, Thing("a", "A"))
    await db.end(commit=False)
    assert await kept() == ()


async def test_the_next_statement_sees_what_waited(db):
    db.insert_later(INSERT, Thing("a", "A"))
    assert await db.all(ALL) == (Thing("a", "A"),)


async def test_writes_of_several_kinds_go_together(db, kept):
    await db.insert(INSERT, Thing("old", "Old"))
    db.run_later(RENAME, id="old", new_name="New")
    db.insert_later(INSERT, Thing("a", "A"))
    db.insert_later(INSERT, Thing("b", "B"))
    await db.end(commit=True)
    assert await kept() == (Thing("a", "A"), Thing("b", "B"), Thing("old", "New"))


async def test_a_row_that_waits_is_inserted_as_it_is_to_be(db, kept):
    first, last = Thing("a", "A"), Thing("a", "Z")
    db.insert_later(INSERT, first)
    assert db.insert_instead(first, last)
    await db.end(commit=True)
    assert await kept() == (last,)


async def test_a_row_that_was_sent_is_not_replaced(db):
    row = Thing("a", "A")
    db.insert_later(INSERT, row)
    await db.flush()
    assert not db.insert_instead(row, Thing("a", "Z"))


async def test_a_violation_at_the_end_is_the_areas_error_and_nothing_is_kept(db, kept):
    db.insert_later(INSERT, Thing("a", "A"))
    db.insert_later(INSERT, Thing("a", "again"))
    with pytest.raises(ThingExists):
        await db.end(commit=True)
    assert await kept() == ()


async def test_an_unknown_violation_at_the_end_is_a_defect(db, kept):
    db.insert_later(INSERT, Thing("a", ""))
    with pytest.raises(asyncpg.CheckViolationError):
        await db.end(commit=True)
    assert await kept() == ()


async def test_events_stand_in_the_order_in_which_they_were_announced(db, world):
    rows = [
        events.EventRow(new_id("evt_"), f"thing.{number}", None, None, {}, {}, None, None, NOW)
        for number in range(20)
    ]
    db.insert_later(INSERT, Thing("a", "A"))
    await events.write(db, rows)
    await db.end(commit=True)
    found = await world.sql(
        "SELECT name FROM events WHERE instance_id = $1 ORDER BY position", db.instance_id
    )
    assert [row["name"] for row in found] == [row.name for row in rows]


async def test_what_only_reads_writes_nothing_later(platform):
    with pytest.raises(TypeError, match="only reads"):
        platform.database.reading("ins_1").insert_later(INSERT, Thing("a", "A"))


async def test_rows_that_are_selected_may_wait_several_times(db, kept):
    selected = Statement[None](
        insert(things).from_select(
            ["instance_id", "id", "name"],
            select(
                INSTANCE,
                bindparam("id", type_=things.c.id.type),
                bindparam("name", type_=things.c.name.type),
            ),
        )
    )
    for row in (Thing("a", "A"), Thing("b", "B")):
        db.insert_later(selected, row)
    await db.end(commit=True)
    assert await kept() == (Thing("a", "A"), Thing("b", "B"))


def test_one_statement_has_the_parameters_of_all_in_their_order():
    batch = Batch()
    for row in (Thing("a", "A"), Thing("b", "B")):
        batch.add(Write(INSERT, "ins_1", row))
    batch.add(Write(RENAME, "ins_1", {"id": "c", "new_name": "C"}))
    found = batch.take()
    assert found.arguments[:6] == ["ins_1", "a", "A", "ins_1", "b", "B"]
    assert sorted(found.arguments[6:]) == ["C", "c", "ins_1"]
    assert found.sql.count("INSERT") == 1
    assert [f"${number}" in found.sql for number in range(1, 11)] == [True] * 9 + [False]
    assert not batch
