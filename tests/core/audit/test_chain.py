"""The audit log: every event once, in order, and a break shows."""

import asyncio

import asyncpg
import pytest

from charter.core.audit import operations as audit
from charter.core.audit.sealing import seal
from charter.core.keys import operations as keys
from charter.kernel.actor import Actor, ActorKind
from charter.kernel.lists import Search
from charter.kernel.operation import NotPermitted


async def sealed(world) -> None:
    """Seal until nothing is left. Transactions of other tests, in any database, hold it up."""
    for _ in range(600):
        await seal(world.platform)
        written = await world.sql(
            "SELECT count(*) AS n FROM audit_entries WHERE instance_id = $1", world.instance_id
        )
        if written[0]["n"] == len(await world.events()):
            return
        await asyncio.sleep(0.05)
    raise AssertionError("the stream did not settle")


async def altered(world, statement: str) -> None:
    """Change the log as somebody with the database's own password could."""
    async with world.platform.database.pool.acquire() as connection, connection.transaction():
        await connection.execute("SET LOCAL session_replication_role = replica")
        await connection.execute(statement, world.instance_id)


@pytest.mark.security("N1")
async def test_every_event_is_sealed_once_and_in_order(world):
    await world.call(None, keys.rotate_secret, overlap_seconds=60)
    await world.call(None, keys.rotate_signing)
    await sealed(world)
    await sealed(world)
    found = await world.call(None, audit.search, search=Search(limit=100))
    assert [entry.event_id for entry in reversed(found.items)] == [
        event["id"] for event in await world.events()
    ]
    assert found.items[0].actor["kind"] == "secret_key"
    assert found.items[0].request["address"] == "192.0.2.1"


@pytest.mark.security("N1")
async def test_a_refusal_is_in_the_log_with_its_operation(world):
    stranger = Actor(ActorKind.USER, world.instance_id, user_id="user_x")
    with pytest.raises(NotPermitted):
        await world.call(stranger, keys.rotate_signing)
    (refusal,) = await world.events("operation.refused")
    assert refusal["subject_id"] == "keys.rotate_signing"
    assert refusal["actor"]["user_id"] == "user_x"


@pytest.mark.security("N2")
@pytest.mark.parametrize(
    "verb", ["UPDATE audit_entries SET name = 'x'", "DELETE FROM audit_entries"]
)
async def test_the_log_cannot_be_changed_even_in_sql(world, verb):
    await sealed(world)
    with pytest.raises(asyncpg.PostgresError, match="append-only"):
        await world.sql(f"{verb} WHERE instance_id = $1", world.instance_id)


@pytest.mark.security("N2")
@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        (
            "UPDATE audit_entries SET actor = '{}' WHERE instance_id = $1 AND sequence = 2",
            "altered",
        ),
        ("DELETE FROM audit_entries WHERE instance_id = $1 AND sequence = 2", "missing"),
        (
            "UPDATE audit_entries SET previous_hash = hash WHERE instance_id = $1 AND sequence = 2",
            "relinked",
        ),
    ],
)
async def test_a_change_behind_the_triggers_breaks_the_chain(world, statement, reason):
    for _ in range(2):
        await world.call(None, keys.rotate_secret, overlap_seconds=60)
    await sealed(world)
    assert (await world.call(None, audit.verify)).first_break is None
    await altered(world, statement)
    found = await world.call(None, audit.verify)
    assert (found.first_break.sequence, found.first_break.reason) == (2, reason)
