"""The worker: does the jobs, seals the audit log, clears what has expired."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import structlog

from charter.kernel import jobs
from charter.kernel.errors import DomainError, Unavailable
from charter.kernel.platform import Platform
from charter.settings import Settings

log = structlog.get_logger("charter.worker")

IDLE_SECONDS = 0.25
AWAY_SECONDS = 1.0
BATCH = 20

HANDLERS: dict[str, jobs.Handler] = {}
"""Job kind → what does it; filled by `charter.core.later`."""


async def run(settings: Settings, stop: asyncio.Event) -> None:
    """Work until `stop` is set."""
    from charter.bootstrap import opened  # noqa: PLC0415  # loads every area of the core

    async with opened(settings) as platform:
        await work(platform, stop)


async def work(platform: Platform, stop: asyncio.Event) -> None:
    """Work on an open platform until `stop` is set; a database that is away is waited for."""
    while not stop.is_set():
        try:
            done = await once(platform, HANDLERS)
            pause = 0.0 if done else IDLE_SECONDS
        except Unavailable:
            pause = AWAY_SECONDS
        except Exception:  # the worker outlives any defect of a single round
            log.exception("round failed")
            pause = AWAY_SECONDS
        if pause:
            try:
                await asyncio.wait_for(stop.wait(), pause)
            except TimeoutError:
                continue


async def once(platform: Platform, handlers: Mapping[str, jobs.Handler]) -> int:
    """Do the jobs that are due, at most BATCH. Returns: how many were taken."""
    now = platform.clock()
    db = platform.database.writing("")
    committed = False
    try:
        taken = await db.all(jobs.CLAIM, now=now, leased_until=now + jobs.LEASE, limit=BATCH)
        committed = True
    finally:
        await db.end(commit=committed)
    for job in taken:
        await _do(platform, handlers, job)
    return len(taken)


async def _do(
    platform: Platform, handlers: Mapping[str, jobs.Handler], job: jobs.ClaimedJob
) -> None:
    db = platform.database.writing(job.instance_id)
    committed = False
    try:
        try:
            await handlers[job.kind](platform, job)
        except (KeyError, DomainError, OSError, Exception) as error:  # noqa: BLE001  # retried
            await _retry(platform, db, job, error)
        else:
            await db.run(jobs.FINISH, id=job.id, attempts=job.attempts)
        committed = True
    finally:
        await db.end(commit=committed)


async def _retry(platform: Platform, db: Any, job: jobs.ClaimedJob, error: Exception) -> None:
    now = platform.clock()
    again = jobs.next_run(job.attempts, now)
    reason = type(error).__name__
    log.warning("job failed", kind=job.kind, id=job.id, attempts=job.attempts, reason=reason)
    await db.run(
        jobs.RETRY,
        id=job.id,
        attempts=job.attempts,
        next_run_at=again or now + timedelta(days=3650),
        gave_up_at=None if again else now,
        reason=reason,
    )
