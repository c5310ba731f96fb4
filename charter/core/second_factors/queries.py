"""Every SQL statement about second factors."""

from collections.abc import Iterable

from sqlalchemy import DateTime, LargeBinary, Text, bindparam, delete
from sqlalchemy.dialects.postgresql import insert

from charter.core.second_factors.model import BackupCode, TotpSecret
from charter.core.second_factors.tables import backup_codes, totp_secrets
from charter.kernel.db import INSTANCE, Db, Statement, columns_of, inserting

_inserted = insert(totp_secrets).values(
    instance_id=INSTANCE,
    user_id=bindparam("user_id", type_=Text),
    sealed_secret=bindparam("sealed_secret", type_=LargeBinary),
    created_at=bindparam("created_at", type_=DateTime(timezone=True)),
)
SET_TOTP = Statement[None](
    _inserted.on_conflict_do_update(
        index_elements=[totp_secrets.c.instance_id, totp_secrets.c.user_id],
        set_={name: _inserted.excluded[name] for name in ("sealed_secret", "created_at")},
    )
)
INSERT_BACKUP_CODE = inserting(backup_codes)
DELETE_BACKUP_CODES = Statement[None](
    delete(backup_codes).where(
        backup_codes.c.instance_id == INSTANCE,
        backup_codes.c.user_id == bindparam("user_id", type_=Text),
    )
)


async def set_totp(db: Db, secret: TotpSecret) -> None:
    """Keep a seed in place of the one there was."""
    await db.run(SET_TOTP, **columns_of(secret))


async def replace_backup_codes(db: Db, user_id: str, codes: Iterable[BackupCode]) -> None:
    """Keep these codes in place of those there were."""
    await db.run(DELETE_BACKUP_CODES, user_id=user_id)
    await db.insert_all(INSERT_BACKUP_CODE, codes)
