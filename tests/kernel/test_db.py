"""Rows in and out, violations as errors, and a database that is away."""

import asyncio
from dataclasses import dataclass

import pytest
from sqlalchemy import Integer, bindparam, func, literal_column, select
from sqlalchemy.dialects.postgresql import JSON

from charter.kernel.actor import Actor, ActorKind
from charter.kernel.db import INSTANCE, Database, Statement
from charter.kernel.errors import NotFound, Unavailable
from charter.kernel.ids import new_id
from charter.platform import create_platform
from charter.server import create_app
from tests.kernel.things import (
    ALL,
    INSERT,
    THING,
    Thing,
    ThingExists,
    create_table,
    things,
)
from tests.world import all_at_once


@dataclass(frozen=True, slots=True)
class Drawer:
    """A row with rows in it."""

    id: str
    inside: tuple[Thing, ...]
    only: Thing | None


@pytest.fixture(scope="module", autouse=True)
async def table(database_url):
    await create_table(database_url)


@pytest.fixture
async def db(platform):
    made = platform.database.writing(new_id("ins_"))
    yield made
    await made.end(commit=False)


async def test_rows_go_in_as_dataclasses_and_come_out_as_dataclasses(db):
    await db.insert_all(INSERT, [Thing("b", "B"), Thing("a", "A")])
    assert await db.all(ALL) == (Thing("a", "A"), Thing("b", "B"))
    assert await db.find(THING, id="a") == Thing("a", "A")
    assert await db.find(THING, id="c") is None
    with pytest.raises(NotFound):
        await db.one(THING, missing=NotFound("id"), id="c")


async def test_rows_inside_a_row_are_dataclasses_too(db):
    one = func.json_build_object(
        literal_column("'id'"), things.c.id, literal_column("'name'"), things.c.name, type_=JSON
    )
    drawer = Statement(
        select(
            bindparam("id", type_=things.c.id.type).label("id"),
            func.json_agg(one, type_=JSON).label("inside"),
            literal_column("NULL", JSON).label("only"),
        ).where(things.c.instance_id == INSTANCE),
        Drawer,
    )
    await db.insert(INSERT, Thing("a", "A"))
    assert await db.find(drawer, id="x") == Drawer("x", (Thing("a", "A"),), None)


def test_a_row_that_does_not_fit_its_statement_fails_at_import():
    with pytest.raises(TypeError, match="Thing has the fields"):
        Statement(select(things.c.name, things.c.id).where(things.c.instance_id == INSTANCE), Thing)


async def test_a_named_violation_is_the_areas_error_and_another_is_a_defect(db, platform):
    await db.insert(INSERT, Thing("a", "A"))
    with pytest.raises(ThingExists):
        await db.insert(INSERT, Thing("a", "B"))
    other = platform.database.writing(new_id("ins_"))
    try:
        with pytest.raises(Exception, match="ck_things_name"):
            await other.insert(INSERT, Thing("a", ""))
    finally:
        await other.end(commit=False)


async def test_one_instance_does_not_see_another(platform, db):
    await db.insert(INSERT, Thing("a", "A"))
    assert await platform.database.reading(new_id("ins_")).all(ALL) == ()


async def test_more_callers_than_connections_all_have_their_turn(platform):
    count = Statement(select(func.count()).where(things.c.instance_id == INSTANCE))
    reading = platform.database.reading(new_id("ins_"))
    assert await all_at_once(*(reading.value(count) for _ in range(50))) == [0] * 50


NOBODY = new_id("ins_")
PID = Statement[None](select(func.pg_backend_pid(), INSTANCE))
END = Statement[None](select(func.pg_terminate_backend(bindparam("pid", type_=Integer)), INSTANCE))


@pytest.fixture
async def database(database_url):
    database = Database(database_url, size=4)
    await database.open()
    yield database
    await database.close()


async def test_a_connection_is_kept_and_used_again(database):
    db = database.reading(NOBODY)
    assert await db.value(PID) == await db.value(PID)


async def test_a_kept_connection_that_the_server_ended_is_not_used_again(database):
    first = await database.reading(NOBODY).value(PID)
    other = Database(database.url, size=1)
    await other.open()
    await other.reading(NOBODY).value(END, pid=first)
    await other.close()
    await asyncio.sleep(0.1)
    assert await database.reading(NOBODY).value(PID) != first


async def test_a_connection_that_nobody_used_for_long_is_not_used_again(database, monkeypatch):
    first = await database.reading(NOBODY).value(PID)
    monkeypatch.setattr("charter.kernel.connections.IDLE_SECONDS", 0)
    assert await database.reading(NOBODY).value(PID) != first


async def test_half_of_the_connections_stay_with_the_driver(database):
    await all_at_once(*(database.reading(NOBODY).value(PID) for _ in range(20)))
    async with database.pool.acquire(timeout=1), database.pool.acquire(timeout=1):
        pass


async def test_a_call_that_is_cancelled_leaves_no_connection_that_still_works_on_it(database):
    slow = Statement[None](select(func.pg_sleep(5), INSTANCE))
    for _ in range(6):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(database.reading(NOBODY).value(slow), 0.05)
    assert await asyncio.wait_for(database.reading(NOBODY).value(PID), 1)


async def test_a_database_that_is_away_is_unavailable():
    away = Database("postgresql://charter@127.0.0.1:1/none")
    await away.open()
    try:
        with pytest.raises(Unavailable):
            await away.reading("ins_x").all(ALL)
        writing = away.writing("ins_x")
        with pytest.raises(Unavailable):
            await writing.insert(INSERT, Thing("a", "A"))
        await writing.end(commit=False)
    finally:
        await away.close()
    with pytest.raises(Unavailable):
        await away.reading("ins_x").all(ALL)


async def test_an_answer_without_a_database_is_503_and_says_when_to_come_back(settings, world):
    import dataclasses

    import httpx

    lost = dataclasses.replace(settings, database_url="postgresql://charter@127.0.0.1:1/none")
    platform = create_platform(lost, is_strict=True)
    await platform.database.open()
    transport = httpx.ASGITransport(app=create_app(lost, platform=platform))
    async with httpx.AsyncClient(transport=transport, base_url="http://api.test") as client:
        for path in ("/v1/users", "/rpc/v1/organizations/list"):
            method = "GET" if path.startswith("/v1") else "POST"
            answer = await client.request(
                method, path, headers={"authorization": f"Bearer {world.keys.secret_key}"}
            )
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    await platform.database.close()
    await platform.work.close()


async def test_a_system_actor_holds_everything_in_its_instance():
    assert Actor(ActorKind.SYSTEM, "ins_x").kind.is_instance_wide
