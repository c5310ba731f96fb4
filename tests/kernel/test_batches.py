"""Writes that wait for one another and are sent as one statement."""

from datetime import UTC, datetime

import asyncpg
import pytest
from sqlalchemy import bindparam, insert, select, update

from charter.kernel import events
from charter.kernel.batches import Batch, Write
from charter.kernel.db import INSTANCE, Statement
from charter.kernel.errors import Overtaken
from charter.kernel.ids import new_id
from tests.asked import asked_meanwhile
from tests.kernel.things import ALL, INSERT, Thing, ThingExists, create_table, things

NOW = datetime(2026, 1, 1, tzinfo=UTC)
_renamed = (
    update(things)
    .where(things.c.instance_id == INSTANCE, things.c.id == bindparam("id", type_=things.c.id.type))
    .values(name=bindparam("new_name", type_=things.c.name.type))
)
RENAME = Statement[None](_renamed)
RENAME_ONE = Statement[None](_renamed.returning(things.c.id), must_touch=True)


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


async def test_writes_that_all_wait_are_one_statement_without_a_transaction(db, kept):
    db.insert_later(INSERT, Thing("a", "A"))
    db.run_later(RENAME, id="a", new_name="New")
    with asked_meanwhile() as asked:
        await db.end(commit=True)
    assert len(asked) == 1
    assert await kept() == (Thing("a", "A"),)


async def test_what_is_done_first_is_done_before_writes_that_all_wait(db, kept):
    async def claim():
        await db.insert(INSERT, Thing("a", "claimed"))

    db.begin_with(claim)
    db.insert_later(INSERT, Thing("a", "A"))
    with pytest.raises(ThingExists):
        await db.end(commit=True)
    assert await kept() == ()


@pytest.mark.parametrize("is_open", [False, True])
async def test_a_write_that_finds_nothing_to_touch_takes_all_with_it(db, kept, is_open):
    if is_open:
        await db.all(ALL)
    db.insert_later(INSERT, Thing("a", "A"))
    db.run_later(RENAME_ONE, id="nothing", new_name="New")
    db.insert_later(INSERT, Thing("b", "B"))
    with pytest.raises(Overtaken):
        await db.end(commit=True)
    assert await kept() == ()


async def test_a_write_that_finds_what_it_touches_goes_with_all(db, kept):
    await db.insert(INSERT, Thing("old", "Old"))
    await db.insert(INSERT, Thing("older", "Older"))
    db.run_later(RENAME_ONE, id="old", new_name="New")
    db.insert_later(INSERT, Thing("a", "A"))
    db.run_later(RENAME_ONE, id="older", new_name="Newer")
    await db.end(commit=True)
    assert await kept() == (Thing("a", "A"), Thing("old", "New"), Thing("older", "Newer"))


async def test_of_several_that_have_to_touch_each_one_has_to(db, kept):
    await db.insert(INSERT, Thing("old", "Old"))
    db.run_later(RENAME_ONE, id="old", new_name="New")
    db.run_later(RENAME_ONE, id="nothing", new_name="New")
    with pytest.raises(Overtaken):
        await db.flush()


def test_a_write_that_has_to_touch_a_row_returns_something_of_it():
    with pytest.raises(TypeError, match="has to return"):
        Statement[None](_renamed, must_touch=True)


async def test_a_write_that_waits_is_altered(db, kept):
    await db.insert(INSERT, Thing("old", "Old"))
    db.run_later(RENAME, id="old", new_name="New")
    assert not db.alter_later(RENAME, {"new_name": "Newest"}, id="another")
    assert not db.alter_later(RENAME_ONE, {"new_name": "Newest"}, id="old")
    assert db.alter_later(RENAME, {"new_name": "Newest"}, id="old")
    await db.flush()
    assert not db.alter_later(RENAME, {"new_name": "Too late"}, id="old")
    await db.end(commit=True)
    assert await kept() == (Thing("old", "Newest"),)


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


@pytest.mark.parametrize("has_first", [False, True])
async def test_what_is_too_much_for_one_statement_goes_in_several_in_its_order(
    db, world, has_first
):
    """More than the protocol takes at once."""

    async def claim():
        await db.insert(INSERT, Thing("a", "claimed"))

    if has_first:
        db.begin_with(claim)
    rows = [
        events.EventRow(new_id("evt_"), f"thing.{number}", None, None, {}, {}, None, None, NOW)
        for number in range(4000)
    ]
    await events.write(db, rows)
    db.run_later(RENAME, id="a", new_name="New")
    with asked_meanwhile() as asked:
        await db.end(commit=True)
    assert asked.count("BEGIN") == asked.count("COMMIT") == 1
    statements = [sql for sql in asked if sql not in ("BEGIN", "COMMIT")]
    assert len(statements) > 10
    assert statements[0].startswith("INSERT INTO things") is has_first
    found = await world.sql(
        "SELECT name FROM events WHERE instance_id = $1 ORDER BY position", db.instance_id
    )
    assert [row["name"] for row in found] == [row.name for row in rows]


async def test_of_what_goes_in_several_statements_none_is_kept_where_one_fails(db, kept):
    for number in range(3000):
        db.insert_later(INSERT, Thing(f"t{number}", "T"))
    db.insert_later(INSERT, Thing("t0", "again"))
    with pytest.raises(ThingExists):
        await db.end(commit=True)
    assert await kept() == ()


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
