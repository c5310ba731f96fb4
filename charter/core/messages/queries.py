"""Every SQL statement about messages."""

from datetime import datetime, timedelta

from sqlalchemy import DateTime, Integer, Text, bindparam, null, or_, select, tuple_, update

from charter.core.messages.model import MessageRow, StoredMessage
from charter.core.messages.tables import messages
from charter.core.statements import NOW, columns, word
from charter.kernel.db import INSTANCE, Db, Statement, inserting
from charter.kernel.jobs import BACKOFF_SECONDS

EVERYWHERE = "the outbox of a development server shows the mail of all its instances"

_columns = columns(StoredMessage, messages)
_id = bindparam("id", type_=Text)
_limit = bindparam("limit", type_=Integer)
_mine = (messages.c.instance_id == INSTANCE, messages.c.id == _id, messages.c.status == "queued")
_error = bindparam("error", type_=Text)

INSERT = inserting(messages)
QUEUED = Statement(select(*_columns).where(*_mine), StoredMessage)
SENT = Statement[None](
    update(messages)
    .where(*_mine)
    .values(
        status="sent",
        sealed_content=null(),
        error=null(),
        sent_at=NOW,
        attempts=messages.c.attempts + 1,
    )
)
FAILED = Statement[None](
    update(messages)
    .where(*_mine)
    .values(
        status="failed",
        sealed_content=null(),
        error=_error,
        attempts=messages.c.attempts + 1,
    )
)
DEFERRED = Statement[None](
    update(messages).where(*_mine).values(error=_error, attempts=messages.c.attempts + 1)
)
CAPTURED = Statement[None](update(messages).where(*_mine).values(status="captured"))
_handed = (messages.c.status == word("handed_over"), messages.c.sealed_content.is_not(None))
HANDED_OVER_KEPT = timedelta(seconds=sum(BACKOFF_SECONDS))
"""How long the outbox shows what the app delivers: as long as one of ours would be tried."""
CLEAR = Statement[None](
    update(messages)
    .where(*_handed, messages.c.created_at < bindparam("before", type_=DateTime(timezone=True)))
    .values(sealed_content=null()),
    across_instances="the worker forgets what the apps of all instances were to deliver",
)
RECENT = Statement(
    select(*_columns).order_by(messages.c.created_at.desc(), messages.c.id.desc()).limit(_limit),
    StoredMessage,
    across_instances=EVERYWHERE,
)
ONE = Statement(
    select(*_columns).where(messages.c.id == _id), StoredMessage, across_instances=EVERYWHERE
)
_start = select(messages.c.created_at, messages.c.id).where(messages.c.id == _id)
AFTER = Statement(
    select(*_columns)
    .where(
        or_(
            tuple_(messages.c.created_at, messages.c.id) > _start.scalar_subquery(),
            ~select(messages.c.id).where(messages.c.id == _id).exists(),
        )
    )
    .order_by(messages.c.created_at, messages.c.id)
    .limit(_limit),
    StoredMessage,
    across_instances=EVERYWHERE,
)


async def insert_message(db: Db, row: MessageRow) -> None:
    """Keep a new message."""
    await db.insert(INSERT, row)


async def find_queued(db: Db, message_id: str) -> StoredMessage | None:
    """The message, if it is still to be sent."""
    return await db.find(QUEUED, id=message_id)


async def update_sent(db: Db, message_id: str, now: datetime) -> None:
    """Write down that it is on its way; what it said is forgotten."""
    await db.run(SENT, id=message_id, now=now)


async def update_failed(db: Db, message_id: str, error: str) -> None:
    """Write down that it will not go; what it said is forgotten."""
    await db.run(FAILED, id=message_id, error=error)


async def update_deferred(db: Db, message_id: str, error: str) -> None:
    """Write down why it did not go yet."""
    await db.run(DEFERRED, id=message_id, error=error)


async def update_captured(db: Db, message_id: str) -> None:
    """Keep it for a developer to read."""
    await db.run(CAPTURED, id=message_id)


async def search_recent(db: Db, limit: int) -> tuple[StoredMessage, ...]:
    """Messages of all instances, the newest first."""
    return await db.all(RECENT, limit=limit)


async def find_message(db: Db, message_id: str) -> StoredMessage | None:
    """A message of any instance."""
    return await db.find(ONE, id=message_id)


async def search_after(db: Db, message_id: str, limit: int) -> tuple[StoredMessage, ...]:
    """Messages of all instances written after this one, the oldest first; all, if it is unknown."""
    return await db.all(AFTER, id=message_id, limit=limit)
