"""Sealing loses no event, whatever order transactions begin, write and commit in."""

import pytest

from charter.core.audit.sealing import seal
from charter.kernel import events
from charter.kernel.operation import OperationRefused, Refusal
from tests.core.audit.test_chain import sealed


async def begun(world):
    """A transaction that has its number already."""
    db = world.platform.database.writing(world.instance_id)
    await db.begin()
    await db._connection.execute("SELECT pg_current_xact_id()")
    return db


async def announced(world, db, name: str) -> None:
    event = OperationRefused(Refusal(name, "test"))
    await events.write(db, [events.record(event, {}, {}, world.platform.clock())])


@pytest.mark.security("N1", "O4")
@pytest.mark.parametrize("is_early_first", [True, False])
async def test_an_event_written_before_a_later_ones_commit_is_not_passed_over(
    world, is_early_first
):
    await sealed(world)
    early, late = await begun(world), await begun(world)
    await announced(world, late, "first by position")
    await announced(world, early, "first by commit")
    first, second = (early, late) if is_early_first else (late, early)
    await first.end(commit=True)
    await seal(world.platform)
    await second.end(commit=True)
    await sealed(world)


async def test_the_events_of_one_transaction_may_fill_many_batches(world, monkeypatch):
    monkeypatch.setattr("charter.core.audit.sealing.BATCH", 2)
    db = await begun(world)
    for number in range(5):
        await announced(world, db, f"number {number}")
    await db.end(commit=True)
    await sealed(world)
