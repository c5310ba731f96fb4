"""Holding: an instance that is held renews and collects nothing, until it is told to go on.

An instance may be in two places: where it was exported and where that was imported. One of them
collects.
"""

from collections.abc import AsyncIterator
from typing import Any

from charter.core.payments import queries
from charter.core.payments.charging import COLLECT
from charter.core.payments.model import BillingHeld, BillingHold, BillingResumed
from charter.core.statements import LONG_STATEMENTS
from charter.core.subscriptions.changing import ADVANCE
from charter.kernel import jobs
from charter.kernel.db import Db, Statement
from charter.kernel.jobs import Job
from charter.kernel.operation import Context

PAGE = 1000
"""Payers, or attempts, that are asked for at once."""


async def hold_of(db: Db) -> BillingHold:
    """Whether the instance is held."""
    return await db.find(queries.HOLD) or BillingHold(db.instance_id, None)


async def is_held(ctx: Context) -> bool:
    """Whether the instance is held; it stays as it is until the transaction ends."""
    # Not part of the question below: what waits for a lock sees what was there before it waited.
    await ctx.db.value(queries.KEEP_AS_IT_IS)
    return (await hold_of(ctx.db)).held_at is not None


async def hold(ctx: Context) -> BillingHold:
    """Renew and collect nothing from now on. Announces: BillingHeld, unless it is held already."""
    before = await hold_of(ctx.db)
    if before.held_at is not None:
        return before
    # Whoever is moving a payer on ends that first, so that an export has all that was charged.
    await ctx.db.value(queries.LOCK_FOR_HOLD)
    before = await hold_of(ctx.db)
    if before.held_at is not None:
        return before
    await ctx.db.run(queries.PUT_HOLD, now=ctx.now)
    after = BillingHold(before.id, ctx.now)
    ctx.announce(BillingHeld(after, before=before))
    return after


async def resume(ctx: Context) -> BillingHold:
    """Go on where the instance was held: all that is due is asked for again, each thing once.

    Announces: BillingResumed, unless it is not held.
    """
    await ctx.db.value(queries.LOCK_FOR_HOLD)
    before = await hold_of(ctx.db)
    if before.held_at is None:
        return before
    await ctx.db.run(queries.END_HOLD)
    await ctx.db.run(LONG_STATEMENTS)
    # Jobs that came due meanwhile did nothing, and others were never here: the rows know best.
    await ctx.db.run(queries.FORGET_JOBS, kinds=[ADVANCE, COLLECT])
    async for payers in _pages(ctx, queries.DUE_PAYERS):
        await _ask(
            ctx,
            [(ADVANCE, {"payer_id": id_, "due_at": due.isoformat()}, due) for id_, due in payers],
        )
    async for attempts in _pages(ctx, queries.COLLECTED_ATTEMPTS):
        # Another server may have asked the gateway.
        await _ask(
            ctx,
            [(COLLECT, {"attempt_id": id_, "is_repeated": True}, ctx.now) for (id_,) in attempts],
        )
    after = BillingHold(before.id, None)
    ctx.announce(BillingResumed(after, before=before))
    return after


async def _pages(ctx: Context, statement: Statement[Any]) -> AsyncIterator[tuple[Any, ...]]:
    last = ""
    while rows := await ctx.db.all(statement, after=last, limit=PAGE):
        yield rows
        last = rows[-1][0]


async def _ask(ctx: Context, work: list[tuple[str, dict[str, Any], Any]]) -> None:
    # Not deferred: those wait for the end of the operation, and there may be a million.
    found = [Job(ctx.new_id("job_"), kind, payload, at) for kind, payload, at in work]
    await ctx.db.insert_all(jobs.INSERT, found)
