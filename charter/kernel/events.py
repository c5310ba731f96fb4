"""An event says what happened, in its transaction; everything else reads the one stream."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Identity,
    Index,
    Table,
    Text,
    bindparam,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql import text

from charter.kernel.db import INSTANCE, Statement, jsonable, metadata
from charter.kernel.ids import new_id

HIDDEN = frozenset(
    {
        "digest",
        "external_data",
        "idp_metadata",
        "password_digest",
        "sealed_secret",
        "search_text",
        "secret_digest",
    }
)
"""Columns that no event shows: secrets, and what is too long to be told at every change."""

events = Table(
    "events",
    metadata,
    Column("instance_id", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("position", BigInteger, Identity(always=True), nullable=False, unique=True),
    Column("transaction_id", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("subject_id", Text),
    Column("organization_id", Text),
    Column("actor", JSONB, nullable=False),
    Column("request", JSONB, nullable=False),
    Column("before", JSONB),
    Column("after", JSONB),
    Column("occurred_at", DateTime(timezone=True), nullable=False),
    Index("ix_events_instance_id_position", "instance_id", "position"),
    Index("ix_events_transaction_id", "transaction_id", "position"),
    comment="The one stream of what happened; written in the transaction of the change.",
)


class Event:
    """Something happened. A subclass is a name; the rows say to what.

    `after` is the row as it is now, `before` as it was; one of them may be missing.
    """

    name: ClassVar[str]

    def __init__(self, after: Any = None, *, before: Any = None) -> None:
        self.after = after
        self.before = before

    @property
    def subject_id(self) -> str | None:
        """The id of the row it is about."""
        return getattr(self._row, "id", None)

    @property
    def organization_id(self) -> str | None:
        """The organization it happened in, if any."""
        return getattr(self._row, "organization_id", None)

    @property
    def _row(self) -> Any:
        return self.before if self.after is None else self.after


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    """An event as the stream keeps it.

    Within the whole server, `transaction_id` and then `position` grow, with gaps.
    """

    instance_id: str
    id: str
    transaction_id: int
    position: int
    name: str
    subject_id: str | None
    organization_id: str | None
    actor: dict[str, Any]
    request: dict[str, Any]
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event on its way into the stream."""

    id: str
    name: str
    subject_id: str | None
    organization_id: str | None
    actor: dict[str, Any]
    request: dict[str, Any]
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    occurred_at: datetime


INSERT = Statement[None](
    text(
        "INSERT INTO events (instance_id, id, transaction_id, name, subject_id, organization_id,"
        " actor, request, before, after, occurred_at) VALUES (:instance_id, :id,"
        " pg_current_xact_id()::text::bigint, :name, :subject_id, :organization_id,"
        " :actor, :request, :before, :after, :occurred_at)"
    )
)

SETTLED = Statement(
    select(*(events.c[field.name] for field in dataclasses.fields(RecordedEvent)))
    .where(
        # By transaction first: of two that are open at once, either may have the lower positions
        # and either may commit first, but below the oldest open one nothing can appear any more.
        tuple_(events.c.transaction_id, events.c.position)
        > tuple_(
            bindparam("transaction_id", type_=BigInteger), bindparam("position", type_=BigInteger)
        ),
        text("events.transaction_id < pg_snapshot_xmin(pg_current_snapshot())::text::bigint"),
    )
    .order_by(events.c.transaction_id, events.c.position)
    .limit(bindparam("limit", type_=BigInteger)),
    RecordedEvent,
    across_instances="the worker reads the stream of all instances",
)

OF_INSTANCE = Statement(
    select(*(events.c[field.name] for field in dataclasses.fields(RecordedEvent)))
    .where(
        events.c.instance_id == INSTANCE,
        events.c.position > bindparam("after", type_=BigInteger),
    )
    .order_by(events.c.position)
    .limit(bindparam("limit", type_=BigInteger)),
    RecordedEvent,
)


def record(event: Event, actor: dict[str, Any], request: dict[str, Any], now: datetime) -> EventRow:
    """The event as a row."""
    return EventRow(
        id=new_id("evt_", now),
        name=event.name,
        subject_id=event.subject_id,
        organization_id=event.organization_id,
        actor=actor,
        request=request,
        before=shown(event.before),
        after=shown(event.after),
        occurred_at=now,
    )


def shown(row: Any) -> dict[str, Any] | None:
    """A row without what no event may show."""
    if row is None:
        return None
    plain = jsonable(row)
    return {name: value for name, value in plain.items() if name not in HIDDEN}


async def write(db: Any, rows: Sequence[EventRow]) -> None:
    """Append events, in a transaction together with what else it writes last."""
    if not db.writes:
        await db.insert_all(INSERT, rows)
        return
    for row in rows:
        db.insert_later(INSERT, row)
