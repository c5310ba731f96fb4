"""A database that is there and does not work: what callers get, and what the log says of it."""

import asyncpg
import pytest

from charter.kernel import outages
from charter.kernel.db import Database
from charter.kernel.errors import Unavailable
from tests.conftest import new_database
from tests.kernel.things import ALL, INSERT, Thing, create_table

NOBODY = "ins_nobody"


@pytest.fixture(scope="module")
def own_url(postgres_url):
    with new_database(postgres_url) as url:
        yield url


@pytest.fixture
async def say(own_url, postgres_url):
    """Says something to PostgreSQL about the database, from beside it."""
    await create_table(own_url)
    inside = await asyncpg.connect(own_url)
    name = await inside.fetchval("SELECT current_database()")
    await inside.close()
    connection = await asyncpg.connect(postgres_url)

    async def run(change):
        await connection.execute(f"ALTER DATABASE {name} {change}")

    yield run
    await connection.close()


@pytest.fixture
def said(capsys):
    """The lines since the last call, wherever this process logs to."""

    def read():
        found = capsys.readouterr()
        return (found.out + found.err).splitlines()

    return read


@pytest.fixture
async def database(own_url, monkeypatch):
    monkeypatch.setattr(outages, "_last", {})
    made = Database(own_url, size=4)
    await made.open()
    yield made
    await made.close()


async def write(database, thing_id):
    db = database.writing(NOBODY)
    committed = False
    try:
        await db.insert(INSERT, Thing(thing_id, "A"))
        committed = True
    finally:
        await db.end(commit=committed)


async def test_a_database_that_takes_no_connections_is_unavailable(database, say):
    await say("WITH ALLOW_CONNECTIONS false")
    try:
        with pytest.raises(Unavailable):
            await database.reading(NOBODY).all(ALL)
        with pytest.raises(Unavailable):
            await write(database, "a")
    finally:
        await say("WITH ALLOW_CONNECTIONS true")
    assert await database.reading(NOBODY).all(ALL) == ()


async def test_after_a_failover_writes_find_the_new_primary_by_themselves(database, say):
    """A connection to what is a replica now would refuse every write until it is made anew."""
    await say("SET default_transaction_read_only = on")
    try:
        for _ in range(3):
            with pytest.raises(Unavailable):
                await write(database, "a")
    finally:
        await say("RESET default_transaction_read_only")
    await write(database, "a")
    assert await database.reading(NOBODY).all(ALL) == (Thing("a", "A"),)


async def test_the_log_says_once_what_is_wrong_and_when_it_is_right_again(database, say, said):
    await say("WITH ALLOW_CONNECTIONS false")
    said()
    try:
        for _ in range(5):
            with pytest.raises(Unavailable):
                await database.reading(NOBODY).all(ALL)
    finally:
        await say("WITH ALLOW_CONNECTIONS true")
    (line,) = said()
    assert "not currently accepting connections" in line
    await database.reading(NOBODY).all(ALL)
    await database.reading(NOBODY).all(ALL)
    (line,) = said()
    assert "database answers again" in line


async def test_the_log_says_that_all_connections_are_in_use(database, said, monkeypatch):
    monkeypatch.setattr("charter.kernel.connections.WAIT_SECONDS", 0.05)
    held = [await database.acquire() for _ in range(4)]
    try:
        with pytest.raises(Unavailable):
            await database.reading(NOBODY).all(ALL)
    finally:
        for connection in held:
            await database.release(connection)
    (line,) = said()
    assert "all 4 connections are in use" in line


def test_a_failure_of_another_kind_is_said_at_once(said, monkeypatch):
    monkeypatch.setattr(outages, "_last", {})
    outages.told(Unavailable(), ConnectionRefusedError("nobody listens"))
    outages.told(Unavailable(), ConnectionResetError("hung up"))
    first, second = said()
    assert "nobody listens" in first
    assert "hung up" in second
