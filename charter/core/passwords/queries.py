"""Every SQL statement about passwords."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import (
    Boolean,
    DateTime,
    Integer,
    Text,
    and_,
    bindparam,
    case,
    delete,
    func,
    not_,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from charter.core.aggregates import object_of
from charter.core.passwords.model import Password
from charter.core.passwords.tables import passwords
from charter.core.statements import NOW, columns
from charter.core.users.model import UserStanding
from charter.core.users.tables import users
from charter.kernel.db import INSTANCE, Db, Statement, columns_of

_MOMENT = DateTime(timezone=True)
_user_id = bindparam("user_id", type_=Text)
_columns = (
    passwords.c.user_id,
    passwords.c.hasher,
    passwords.c.password_digest,
    passwords.c.is_compromised,
    passwords.c.updated_at,
)
_of_user = (passwords.c.instance_id == INSTANCE, passwords.c.user_id == _user_id)
_inserted = insert(passwords).values(
    instance_id=INSTANCE,
    user_id=_user_id,
    hasher=bindparam("hasher", type_=Text),
    password_digest=bindparam("password_digest", type_=Text),
    is_compromised=bindparam("is_compromised", type_=Boolean),
    updated_at=bindparam("updated_at", type_=DateTime(timezone=True)),
)


@dataclass(frozen=True, slots=True)
class Counted:
    """What a try that was counted may be compared with, and how its user stood."""

    password: Password | None = field(repr=False)
    is_banned: bool
    updated_at: datetime


PASSWORD = Statement(select(*_columns).where(*_of_user), Password)
SET = Statement[None](
    _inserted.on_conflict_do_update(
        index_elements=[passwords.c.instance_id, passwords.c.user_id],
        set_={
            name: _inserted.excluded[name]
            for name in ("hasher", "password_digest", "is_compromised", "updated_at")
        },
    )
)
# Only the digest that was verified is replaced: a password set meanwhile stays.
UPGRADE = Statement[None](
    update(passwords)
    .where(*_of_user, passwords.c.password_digest == bindparam("verified_digest", type_=Text))
    .values(
        hasher=bindparam("hasher", type_=Text),
        password_digest=bindparam("password_digest", type_=Text),
    )
)
MARK = Statement[None](
    update(passwords)
    .where(*_of_user)
    .values(is_compromised=bindparam("is_compromised", type_=Boolean))
)
DELETE = Statement[None](delete(passwords).where(*_of_user))


_tries = case((users.c.is_locked, 1), else_=users.c.failed_attempts + 1)
_is_last = _tries >= bindparam("most", type_=Integer)
# One statement counts the try and locks after the last one: tries at once cannot slip between.
COUNT_TRY = Statement(
    update(users)
    .where(
        users.c.instance_id == INSTANCE,
        users.c.id == _user_id,
        # A lock that has run out gives all tries anew.
        or_(not_(users.c.is_locked), users.c.locked_until <= NOW),
    )
    .values(
        failed_attempts=_tries,
        is_locked=_is_last,
        locked_until=case((_is_last, bindparam("until", type_=_MOMENT)), else_=null()),
    )
    .returning(
        select(object_of(Password, lambda name: passwords.c[name]))
        .where(passwords.c.instance_id == users.c.instance_id, passwords.c.user_id == users.c.id)
        .correlate(users)
        .scalar_subquery()
        .label("password"),
        users.c.is_banned,
        users.c.updated_at,
    ),
    Counted,
)
LOCKED_BY_TRIES = Statement[None](
    select(users.c.id).where(
        users.c.instance_id == INSTANCE,
        users.c.id == _user_id,
        users.c.is_locked,
        users.c.failed_attempts >= bindparam("most", type_=Integer),
        or_(users.c.locked_until.is_(None), users.c.locked_until > NOW),
    )
)
_has_reached = users.c.failed_attempts >= bindparam("most", type_=Integer)
# A lock without that many tries behind it is an administrator's, and stays.
_lifted = {
    "is_locked": and_(users.c.is_locked, not_(_has_reached)),
    "locked_until": case((_has_reached, null()), else_=users.c.locked_until),
}
FORGIVE_TRIES = Statement(
    update(users)
    .where(users.c.instance_id == INSTANCE, users.c.id == _user_id, users.c.failed_attempts > 0)
    .values(
        failed_attempts=func.greatest(
            users.c.failed_attempts - bindparam("tries", type_=Integer), 0
        ),
        **_lifted,
    )
    .returning(*columns(UserStanding, users)),
    UserStanding,
)
_signed_in_at = bindparam("signed_in_at", type_=_MOMENT)
FORGIVE_UNCHANGED = Statement[None](
    update(users)
    .where(
        users.c.instance_id == INSTANCE,
        users.c.id == _user_id,
        users.c.is_banned == bindparam("is_banned", type_=Boolean),
        users.c.updated_at == bindparam("updated_at", type_=_MOMENT),
        or_(not_(users.c.is_locked), _has_reached),
    )
    .values(
        failed_attempts=0,
        last_sign_in_at=func.coalesce(_signed_in_at, users.c.last_sign_in_at),
        last_active_at=func.coalesce(_signed_in_at, users.c.last_active_at),
        **_lifted,
    )
    .returning(users.c.id),
    must_touch=True,
)


async def count_try(
    db: Db, user_id: str, now: datetime, *, most: int, until: datetime | None
) -> Counted | None:
    """Count a try of the password as failed, and lock the user if it is the last.

    most: tries in a row. until: when the lock ends by itself.
    Returns: what it may be compared with; None, when it may not be made while the user is locked.
    """
    return await db.find(COUNT_TRY, user_id=user_id, now=now, most=most, until=until)


async def is_locked_by_tries(db: Db, user_id: str, now: datetime, *, most: int) -> bool:
    """Whether a user is locked at this moment because of as many tries as may fail."""
    found = await db.value(LOCKED_BY_TRIES, user_id=user_id, now=now, most=most)
    return found is not None


async def forgive_tries(db: Db, user_id: str, *, most: int, tries: int) -> UserStanding | None:
    """Take tries off the count, and the lock that they brought about.

    Returns: how the user stands after it, locked; None, where there was nothing to forgive.
    """
    return await db.find(FORGIVE_TRIES, user_id=user_id, most=most, tries=tries)


def forgive_later(db: Db, user_id: str, counted: Counted, *, most: int) -> UserStanding:
    """Have all tries forgiven with what waits to be written, if the user still stands as counted.

    It raises Overtaken where they do not: they were changed, banned, or locked by somebody.
    Returns: how the user stands after it.
    """
    is_banned, updated_at = counted.is_banned, counted.updated_at
    db.run_later(
        FORGIVE_UNCHANGED,
        user_id=user_id,
        is_banned=is_banned,
        updated_at=updated_at,
        most=most,
        signed_in_at=None,
    )
    return UserStanding(
        is_banned=is_banned,
        is_locked=False,
        locked_until=None,
        failed_attempts=0,
        updated_at=updated_at,
    )


def note_sign_in(db: Db, user_id: str, now: datetime) -> bool:
    """Note that a user signed in, where their tries wait to be forgiven; gives whether they do."""
    return db.alter_later(FORGIVE_UNCHANGED, {"signed_in_at": now}, user_id=user_id)


async def find_password(db: Db, user_id: str) -> Password | None:
    """The user's password, if they have one."""
    return await db.find(PASSWORD, user_id=user_id)


async def set_password(db: Db, password: Password) -> None:
    """Keep a password in place of the one there was."""
    await db.run(SET, **columns_of(password))


def upgrade_digest(db: Db, verified: Password, hasher: str, password_digest: str) -> None:
    """Replace the digest of a password that was verified by a stronger one of the same."""
    db.run_later(
        UPGRADE,
        user_id=verified.user_id,
        verified_digest=verified.password_digest,
        hasher=hasher,
        password_digest=password_digest,
    )


async def mark_password(db: Db, user_id: str, *, is_compromised: bool) -> int:
    """Say whether the password is known to others; gives the number of passwords, 0 or 1."""
    return await db.run(MARK, user_id=user_id, is_compromised=is_compromised)


async def delete_password(db: Db, user_id: str) -> int:
    """Remove the password; gives the number removed, 0 or 1."""
    return await db.run(DELETE, user_id=user_id)
