"""What happens later: a job is a row in the operation's transaction, done at least once."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Column,
    DateTime,
    Index,
    Integer,
    Table,
    Text,
    bindparam,
    delete,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB

from charter.kernel.db import INSTANCE, Statement, inserting, metadata

LEASE = timedelta(seconds=60)
"""A job that its worker has not ended by then is given to another."""

BACKOFF_SECONDS = (1, 5, 30, 120, 600, 1800, 7200, 18000)

jobs = Table(
    "jobs",
    metadata,
    Column("instance_id", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("payload", JSONB, nullable=False),
    Column("run_at", DateTime(timezone=True), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("failed_at", DateTime(timezone=True)),
    Column("error", Text),
    Index("ix_jobs_run_at", "run_at", postgresql_where=text("failed_at IS NULL")),
    comment="Work to be done after the transaction that asked for it; a row goes when it is done.",
)


@dataclass(frozen=True, slots=True)
class Job:
    """A piece of work. `payload` holds ids, and of secrets no more than what is sealed."""

    id: str
    kind: str
    payload: dict[str, Any]
    run_at: datetime
    attempts: int = 0
    failed_at: datetime | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class ClaimedJob:
    """A job that this worker holds until its lease ends."""

    instance_id: str
    id: str
    kind: str
    payload: dict[str, Any]
    attempts: int


Handler = Callable[[Any, ClaimedJob], Awaitable[None]]
"""Does a job, given the platform. Raising means: again later."""

INSERT = inserting(jobs)

_due = (
    select(jobs.c.instance_id, jobs.c.id)
    .where(
        jobs.c.run_at <= bindparam("now", type_=DateTime(timezone=True)), jobs.c.failed_at.is_(None)
    )
    .order_by(jobs.c.run_at)
    .limit(bindparam("limit", type_=Integer))
    .with_for_update(skip_locked=True)
)

CLAIM = Statement(
    update(jobs)
    .where(tuple_(jobs.c.instance_id, jobs.c.id).in_(_due))
    .values(
        run_at=bindparam("leased_until", type_=DateTime(timezone=True)),
        attempts=jobs.c.attempts + 1,
    )
    .returning(jobs.c.instance_id, jobs.c.id, jobs.c.kind, jobs.c.payload, jobs.c.attempts),
    ClaimedJob,
    across_instances="the worker takes the jobs of all instances",
)

FINISH = Statement[None](
    delete(jobs).where(
        jobs.c.instance_id == INSTANCE,
        jobs.c.id == bindparam("id", type_=Text),
        # A job that was taken over after its lease belongs to another worker now.
        jobs.c.attempts == bindparam("attempts", type_=Integer),
    )
)

RETRY = Statement[None](
    update(jobs)
    .where(
        jobs.c.instance_id == INSTANCE,
        jobs.c.id == bindparam("id", type_=Text),
        jobs.c.attempts == bindparam("attempts", type_=Integer),
    )
    .values(
        run_at=bindparam("next_run_at", type_=DateTime(timezone=True)),
        failed_at=bindparam("gave_up_at", type_=DateTime(timezone=True)),
        error=bindparam("reason", type_=Text),
    )
)


def next_run(attempts: int, now: datetime) -> datetime | None:
    """When a job that failed `attempts` times runs again; None when it is given up."""
    if attempts > len(BACKOFF_SECONDS):
        return None
    return now + timedelta(seconds=BACKOFF_SECONDS[attempts - 1])
