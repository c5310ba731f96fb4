"""Every SQL statement about second factors."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import (
    BigInteger,
    Boolean,
    DateTime,
    Integer,
    LargeBinary,
    Text,
    bindparam,
    case,
    delete,
    func,
    literal_column,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from charter.core.second_factors.model import BackupCode, TotpSecret
from charter.core.second_factors.tables import backup_codes, second_factor_tries, totp_secrets
from charter.core.statements import NOW, columns
from charter.kernel.db import INSTANCE, Db, Statement, columns_of, inserting

TRIES = 10
TRIES_WITHIN = timedelta(hours=1)
"""A user's second factors take TRIES wrong answers within this time."""

_user_id = bindparam("user_id", type_=Text)
_inserted = insert(totp_secrets).values(
    instance_id=INSTANCE,
    user_id=_user_id,
    sealed_secret=bindparam("sealed_secret", type_=LargeBinary),
    is_verified=bindparam("is_verified", type_=Boolean),
    last_step=bindparam("last_step", type_=BigInteger),
    created_at=bindparam("created_at", type_=DateTime(timezone=True)),
)
_of_user = (totp_secrets.c.instance_id == INSTANCE, totp_secrets.c.user_id == _user_id)
SET_TOTP = Statement[None](
    _inserted.on_conflict_do_update(
        index_elements=[totp_secrets.c.instance_id, totp_secrets.c.user_id],
        set_={
            name: _inserted.excluded[name]
            for name in ("sealed_secret", "is_verified", "last_step", "created_at")
        },
    )
)
TOTP = Statement(select(*columns(TotpSecret, totp_secrets)).where(*_of_user), TotpSecret)
# One statement takes a code: of two that bring it at once, one comes second.
TAKE_STEP = Statement[None](
    update(totp_secrets)
    .where(
        *_of_user,
        totp_secrets.c.sealed_secret == bindparam("sealed_secret", type_=LargeBinary),
        or_(
            totp_secrets.c.last_step.is_(None),
            totp_secrets.c.last_step < bindparam("step", type_=BigInteger),
        ),
    )
    .values(last_step=bindparam("step", type_=BigInteger), is_verified=true())
)
DELETE_TOTP = Statement(
    delete(totp_secrets).where(*_of_user).returning(*columns(TotpSecret, totp_secrets)), TotpSecret
)

_codes_of_user = (backup_codes.c.instance_id == INSTANCE, backup_codes.c.user_id == _user_id)
BACKUP_CODES = Statement(
    select(*columns(BackupCode, backup_codes)).where(*_codes_of_user).order_by(backup_codes.c.id),
    BackupCode,
)
INSERT_BACKUP_CODE = inserting(backup_codes)
DELETE_BACKUP_CODES = Statement[None](delete(backup_codes).where(*_codes_of_user))
_since = bindparam("since", type_=DateTime(timezone=True))
DELETE_TOTP_SINCE = Statement[None](
    delete(totp_secrets).where(*_of_user, totp_secrets.c.created_at >= _since)
)
DELETE_BACKUP_CODES_SINCE = Statement[None](
    delete(backup_codes).where(*_codes_of_user, backup_codes.c.created_at >= _since)
)
SPEND_BACKUP_CODE = Statement[None](
    delete(backup_codes).where(
        *_codes_of_user, backup_codes.c.id == bindparam("backup_code_id", type_=Text)
    )
)

_first_try = insert(second_factor_tries).values(
    instance_id=INSTANCE, user_id=_user_id, tries=literal_column("1", Integer), since=NOW
)
_is_over = second_factor_tries.c.since <= bindparam("cutoff", type_=DateTime(timezone=True))
_of_tries = (
    second_factor_tries.c.instance_id == INSTANCE,
    second_factor_tries.c.user_id == _user_id,
)
# Counted and refused by one statement, so that many tries at once win nothing.
COUNT_TRY = Statement[None](
    _first_try.on_conflict_do_update(
        index_elements=[second_factor_tries.c.instance_id, second_factor_tries.c.user_id],
        set_={
            "tries": case((_is_over, 1), else_=second_factor_tries.c.tries + 1),
            "since": case((_is_over, NOW), else_=second_factor_tries.c.since),
        },
        where=or_(_is_over, second_factor_tries.c.tries < bindparam("most", type_=Integer)),
    )
)
FORGET_TRIES = Statement[None](delete(second_factor_tries).where(*_of_tries))
TAKE_BACK_TRY = Statement[None](
    update(second_factor_tries)
    .where(*_of_tries)
    .values(tries=func.greatest(second_factor_tries.c.tries - 1, 0))
)


async def set_totp(db: Db, secret: TotpSecret) -> None:
    """Keep a seed in place of the one there was."""
    await db.run(SET_TOTP, **columns_of(secret))


async def find_totp(db: Db, user_id: str) -> TotpSecret | None:
    """The user's seed, verified or not, if they have one."""
    return await db.find(TOTP, user_id=user_id)


async def take_step(db: Db, secret: TotpSecret, step: int) -> bool:
    """Take the code of a time step; the first code verifies its seed.

    Returns: False, when this code or a later one was taken, or the seed is another by now.
    """
    taken = await db.run(
        TAKE_STEP, user_id=secret.user_id, sealed_secret=secret.sealed_secret, step=step
    )
    return taken == 1


async def delete_totp(db: Db, user_id: str) -> TotpSecret | None:
    """Delete the user's seed, and give it as it was."""
    return await db.find(DELETE_TOTP, user_id=user_id)


async def find_backup_codes(db: Db, user_id: str) -> tuple[BackupCode, ...]:
    """The recovery codes that a user has left."""
    return await db.all(BACKUP_CODES, user_id=user_id)


async def replace_backup_codes(db: Db, user_id: str, codes: Iterable[BackupCode]) -> None:
    """Keep these codes in place of those there were."""
    await db.run(DELETE_BACKUP_CODES, user_id=user_id)
    await db.insert_all(INSERT_BACKUP_CODE, codes)


async def delete_since(db: Db, user_id: str, since: datetime) -> None:
    """Delete the user's seed and recovery codes that are no older than this."""
    await db.run(DELETE_TOTP_SINCE, user_id=user_id, since=since)
    await db.run(DELETE_BACKUP_CODES_SINCE, user_id=user_id, since=since)


async def spend_backup_code(db: Db, code: BackupCode) -> bool:
    """Use a recovery code up; False, when somebody was first."""
    spent = await db.run(SPEND_BACKUP_CODE, user_id=code.user_id, backup_code_id=code.id)
    return spent == 1


async def count_try(db: Db, user_id: str, now: datetime, *, most: int) -> bool:
    """Count a try of a second factor; False, when none is left for the time being."""
    counted = await db.run(
        COUNT_TRY, user_id=user_id, now=now, cutoff=now - TRIES_WITHIN, most=min(most, TRIES)
    )
    return counted == 1


async def forget_tries(db: Db, user_id: str) -> None:
    """Begin to count anew, after a right answer."""
    await db.run(FORGET_TRIES, user_id=user_id)


async def take_back_try(db: Db, user_id: str) -> None:
    """Take a try off the count that was not looked at."""
    await db.run(TAKE_BACK_TRY, user_id=user_id)
