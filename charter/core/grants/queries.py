"""Every SQL statement about grants."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import DateTime, LargeBinary, Text, bindparam, delete, func, or_, select, update

from charter.core.grants.model import Grant, GrantRow, Purpose
from charter.core.grants.tables import grants
from charter.core.statements import NOW, columns
from charter.kernel.db import INSTANCE, Db, Statement, inserting

_client_id = bindparam("client_id", type_=Text)
_columns = columns(Grant, grants)

_of_purpose = (
    grants.c.instance_id == INSTANCE,
    grants.c.purpose == bindparam("purpose", type_=Text),
    # One bound to a browser is unknown to every other.
    or_(grants.c.client_id.is_(None), grants.c.client_id == _client_id),
)
_by_secret = (*_of_purpose, grants.c.digest == bindparam("digest", type_=LargeBinary))
_by_id = (*_of_purpose, grants.c.id == bindparam("grant_id", type_=Text))
_usable = (
    grants.c.revoked_at.is_(None),
    or_(grants.c.expires_at.is_(None), grants.c.expires_at > NOW),
    or_(grants.c.max_uses.is_(None), grants.c.uses < grants.c.max_uses),
)


@dataclass(frozen=True, slots=True)
class Tried:
    """A grant whose short code is being tried: the try is counted already."""

    digest: bytes
    attempts_left: int


INSERT = inserting(grants)
FIND = Statement(select(*_columns).where(*_by_secret), Grant)
FIND_BY_ID = Statement(select(*_columns).where(*_by_id), Grant)
NEWEST = Statement(
    select(*_columns)
    .where(*_of_purpose, grants.c.subject_id == bindparam("subject_id", type_=Text))
    .order_by(grants.c.created_at.desc(), grants.c.id.desc())
    .limit(1),
    Grant,
)
SPEND = Statement(
    update(grants).where(*_by_secret, *_usable).values(uses=grants.c.uses + 1).returning(*_columns),
    Grant,
)
SPEND_BY_ID = Statement(
    update(grants).where(*_by_id, *_usable).values(uses=grants.c.uses + 1).returning(*_columns),
    Grant,
)
COUNT_ATTEMPT = Statement(
    update(grants)
    .where(*_by_id, *_usable, grants.c.attempts_left > 0)
    .values(attempts_left=grants.c.attempts_left - 1)
    .returning(grants.c.digest, grants.c.attempts_left),
    Tried,
)
REVOKE = Statement[None](
    update(grants)
    .where(
        grants.c.instance_id == INSTANCE,
        grants.c.purpose == bindparam("purpose", type_=Text),
        grants.c.subject_id == bindparam("subject_id", type_=Text),
        *_usable,
    )
    .values(revoked_at=NOW)
)
DELETE = Statement[None](
    delete(grants).where(
        grants.c.instance_id == INSTANCE, grants.c.id == bindparam("grant_id", type_=Text)
    )
)
CLEAR_HANDSHAKES = Statement[None](
    delete(grants).where(
        grants.c.purpose == Purpose.HANDSHAKE.value,
        grants.c.expires_at < bindparam("before", type_=DateTime(timezone=True)),
    ),
    across_instances="the worker clears the grants of all instances",
)
"""What waits in them holds session tokens, so it goes as soon as it has expired."""
HOLD = Statement[None](
    select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("name", type_=Text), 0)))
)
CLEAR = Statement[None](
    delete(grants).where(grants.c.expires_at < bindparam("before", type_=DateTime(timezone=True))),
    across_instances="the worker clears the grants of all instances",
)


async def insert_grant(db: Db, row: GrantRow) -> None:
    """Keep a new grant."""
    await db.insert(INSERT, row)


async def find_by_secret(
    db: Db, purpose: str, digest: bytes, client_id: str | None
) -> Grant | None:
    """The grant with this digest, usable or not."""
    return await db.find(FIND, purpose=purpose, digest=digest, client_id=client_id)


async def find_by_id(db: Db, purpose: str, grant_id: str, client_id: str | None) -> Grant | None:
    """The grant, usable or not."""
    return await db.find(FIND_BY_ID, purpose=purpose, grant_id=grant_id, client_id=client_id)


async def find_newest(
    db: Db, purpose: str, subject_id: str, client_id: str | None = None
) -> Grant | None:
    """The newest grant about a subject, usable or not; none that another browser is bound to."""
    return await db.find(NEWEST, purpose=purpose, subject_id=subject_id, client_id=client_id)


async def spend_by_secret(
    db: Db, purpose: str, digest: bytes, client_id: str | None, now: datetime
) -> Grant | None:
    """Count a use, if there is one left; None if there is not."""
    return await db.find(SPEND, purpose=purpose, digest=digest, client_id=client_id, now=now)


async def spend_by_id(
    db: Db, purpose: str, grant_id: str, client_id: str | None, now: datetime
) -> Grant | None:
    """Count a use, if there is one left; None if there is not."""
    return await db.find(
        SPEND_BY_ID, purpose=purpose, grant_id=grant_id, client_id=client_id, now=now
    )


async def count_attempt(
    db: Db, purpose: str, grant_id: str, client_id: str | None, now: datetime
) -> Tried | None:
    """Count a try of a short code, if there is one left; None if there is not."""
    return await db.find(
        COUNT_ATTEMPT, purpose=purpose, grant_id=grant_id, client_id=client_id, now=now
    )


async def revoke_grants(db: Db, purpose: str, subject_id: str, now: datetime) -> int:
    """Take back what could still be used, and give the number."""
    return await db.run(REVOKE, purpose=purpose, subject_id=subject_id, now=now)


async def delete_grant(db: Db, grant_id: str) -> None:
    """Forget a grant and its facts."""
    await db.run(DELETE, grant_id=grant_id)


async def hold(db: Db, name: str) -> None:
    """Have all who name the same wait for one another, until the transaction ends."""
    await db.value(HOLD, name=name)
