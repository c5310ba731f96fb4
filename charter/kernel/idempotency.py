"""A repeated request with the same key gives the answer of the first, for a day.

Source: the IETF draft on the Idempotency-Key header field, and common practice.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, DateTime, Index, LargeBinary, Table, Text, bindparam, delete, select
from sqlalchemy.sql import text

from charter.kernel.db import INSTANCE, Statement, inserting, metadata
from charter.kernel.errors import IdempotencyInFlight, IdempotencyMismatch
from charter.kernel.secrets import digest

if TYPE_CHECKING:
    from charter.kernel.operation import Context

LIFETIME = timedelta(hours=24)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("instance_id", Text, primary_key=True),
    Column("digest", LargeBinary, primary_key=True),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("sealed_answer", LargeBinary, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Index("ix_idempotency_keys_created_at", "created_at"),
    comment="Answers given, by caller and key; sealed, because one may hold a secret.",
)


@dataclass(frozen=True, slots=True)
class Once:
    """A key that the caller gave, what it stands for, and how its answer is written down.

    `fingerprint` is a digest of method, path and body; `encode` gives the answer's bytes.
    """

    key: str
    fingerprint: bytes
    encode: Callable[[Any], bytes]


@dataclass(frozen=True, slots=True)
class Replay:
    """An answer given before, as it was written down."""

    answer: bytes


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """A row of the table."""

    digest: bytes
    fingerprint: bytes
    sealed_answer: bytes
    created_at: datetime


LOCK = Statement[Any](
    text("SELECT pg_try_advisory_xact_lock(hashtextextended(:instance_id || :key, 0))")
)
FIND = Statement(
    select(
        idempotency_keys.c.digest,
        idempotency_keys.c.fingerprint,
        idempotency_keys.c.sealed_answer,
        idempotency_keys.c.created_at,
    ).where(
        idempotency_keys.c.instance_id == INSTANCE,
        idempotency_keys.c.digest == bindparam("digest", type_=LargeBinary),
    ),
    StoredAnswer,
)
FORGET = Statement[None](
    delete(idempotency_keys).where(
        idempotency_keys.c.instance_id == INSTANCE,
        idempotency_keys.c.digest == bindparam("digest", type_=LargeBinary),
    )
)
INSERT = inserting(idempotency_keys)
EXPIRE = Statement[None](
    delete(idempotency_keys).where(
        idempotency_keys.c.created_at < bindparam("before", type_=DateTime(timezone=True))
    ),
    across_instances="the worker clears what has expired everywhere",
)


async def find(context: "Context", once: Once) -> Replay | None:
    """The answer given before, if there is one.

    Read on a connection of its own, which is given back: the transaction has not begun, because
    an operation may hash, or read on another connection, before its first statement.
    Raises: IdempotencyMismatch, when the key stands for another request.
    """
    db = context.platform.database.reading(context.actor.instance_id)
    stored = await db.find(FIND, digest=_name(context, once))
    if stored is None or stored.created_at < context.now - LIFETIME:
        return None
    if stored.fingerprint != once.fingerprint:
        raise IdempotencyMismatch
    return Replay(context.platform.vault.open(stored.sealed_answer, "idempotency"))


async def claim(context: "Context", once: Once) -> None:
    """Make the key this transaction's own, as its first statement.

    Raises: IdempotencyInFlight, also when the first request ended just now: asked again, its
        answer is there.
    """
    name = _name(context, once)
    if not await context.db.value(LOCK, key=name.hex()):
        raise IdempotencyInFlight
    stored = await context.db.find(FIND, digest=name)
    if stored is None:
        return
    if stored.created_at >= context.now - LIFETIME:
        raise IdempotencyInFlight
    await context.db.run(FORGET, digest=name)


async def keep(context: "Context", once: Once, result: Any) -> None:
    """Write the answer down in the transaction of the change."""
    sealed = context.platform.vault.seal(once.encode(result), "idempotency")
    name = _name(context, once)
    await context.db.insert(INSERT, StoredAnswer(name, once.fingerprint, sealed, context.now))


def _name(context: "Context", once: Once) -> bytes:
    """Keys are scoped to the caller: another caller's equal key is another key."""
    actor = context.actor
    return digest(f"{actor.kind.value}\n{actor.id}\n{actor.user_id}\n{once.key}")
