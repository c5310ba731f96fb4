"""The worker: does the jobs, seals the audit log, clears what has expired.

Several may run; what they share they take turns at, by locks in the database.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

import structlog

from charter import logs
from charter.core.audit.sealing import seal
from charter.core.files.sweeping import sweep
from charter.core.later import EXPIRED, HANDLERS
from charter.core.webhook_deliveries.delivering import Deliverer
from charter.core.webhook_deliveries.fanning import fan_out
from charter.kernel import jobs
from charter.kernel.errors import Unavailable
from charter.kernel.platform import Platform
from charter.settings import Settings
from charter.surfaces import webhooks

log = structlog.get_logger("charter.worker")

IDLE_SECONDS = 0.25
AWAY_SECONDS = 1.0
CLEARING_SECONDS = 300.0
BATCH = 20


async def run(settings: Settings, stop: asyncio.Event) -> None:
    """Work until `stop` is set."""
    from charter.bootstrap import opened  # noqa: PLC0415  # it imports the server, which is large

    logs.configure(settings)
    async with opened(settings) as platform:
        await work(platform, stop)


async def work(platform: Platform, stop: asyncio.Event) -> None:
    """Work on an open platform until `stop` is set; a database that is away is waited for.

    The kinds of work do not wait for one another: a mail server that hangs keeps no event from
    being sealed, and no webhook from being delivered.
    """
    deliverer = Deliverer(platform)
    try:
        await asyncio.gather(
            _rounds(lambda: once(platform, HANDLERS), stop, IDLE_SECONDS),
            _rounds(lambda: seal(platform), stop, IDLE_SECONDS),
            _rounds(
                lambda: fan_out(platform, webhooks.NAMES, webhooks.translate), stop, IDLE_SECONDS
            ),
            _rounds(deliverer.begin, stop, IDLE_SECONDS),
            _rounds(lambda: clear(platform), stop, CLEARING_SECONDS),
            _rounds(lambda: sweep(platform), stop, CLEARING_SECONDS),
        )
    finally:
        await deliverer.end()


async def _rounds(
    work: Callable[[], Awaitable[int]], stop: asyncio.Event, idle_seconds: float
) -> None:
    """Do one kind of work again and again, at once while there is some."""
    while not stop.is_set():
        try:
            pause = 0.0 if await work() else idle_seconds
        except Unavailable:
            pause = AWAY_SECONDS
        except Exception:  # the worker outlives any defect of a single round
            log.exception("round failed")
            pause = AWAY_SECONDS
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), pause)


async def once(platform: Platform, handlers: Mapping[str, jobs.Handler]) -> int:
    """Do the jobs that are due, at most BATCH at a time. Returns: how many were taken."""
    now = platform.clock()
    db = platform.database.writing("")
    committed = False
    try:
        taken = await db.all(jobs.CLAIM, now=now, leased_until=now + jobs.LEASE, limit=BATCH)
        committed = True
    finally:
        await db.end(commit=committed)
    # Side by side, because all their leases run already: one slow mail must not use up the others'.
    done = await asyncio.gather(
        *(_do(platform, handlers, job) for job in taken), return_exceptions=True
    )
    for failure in done:
        if failure is not None:
            raise failure
    return len(taken)


async def clear(platform: Platform) -> int:
    """Delete what has expired, in all instances. Returns: 0, there is nothing to go on with."""
    for statement, age in EXPIRED:
        db = platform.database.reading("")
        await db.run(statement, before=platform.clock() - age)
    return 0


async def _do(
    platform: Platform, handlers: Mapping[str, jobs.Handler], job: jobs.ClaimedJob
) -> None:
    """Do one job. Its handler has transactions of its own; the row goes after them."""
    db = platform.database.reading(job.instance_id)
    try:
        await handlers[job.kind](platform, job)
    except Unavailable:
        # The database itself is away: the lease ends, and somebody takes the job again.
        raise
    except Exception as error:  # noqa: BLE001  # whatever it was, the job is not lost
        now = platform.clock()
        await db.run(jobs.RETRY, **_retry(job, error, now))
    else:
        await db.run(jobs.FINISH, id=job.id, attempts=job.attempts)


def _retry(job: jobs.ClaimedJob, error: Exception, now: datetime) -> dict[str, object]:
    again = jobs.next_run(job.attempts, now)
    reason = type(error).__name__
    log.warning("job failed", kind=job.kind, id=job.id, attempts=job.attempts, reason=reason)
    return {
        "id": job.id,
        "attempts": job.attempts,
        "next_run_at": again or now,
        "gave_up_at": None if again else now,
        "reason": reason,
    }
