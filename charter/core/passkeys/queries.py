"""Every SQL statement about passkeys."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Text,
    and_,
    bindparam,
    delete,
    literal_column,
    or_,
    select,
    update,
)

from charter.core.passkeys.model import Passkey, PasskeyNotFound, PasskeyRow, PasskeyTaken
from charter.core.passkeys.tables import passkeys
from charter.core.statements import NOW, columns
from charter.kernel.db import INSTANCE, Db, Statement, inserting

_of_user = (
    passkeys.c.instance_id == INSTANCE,
    passkeys.c.user_id == bindparam("user_id", type_=Text),
)
_by_id = (*_of_user, passkeys.c.id == bindparam("passkey_id", type_=Text))
PASSKEY = Statement(select(*columns(Passkey, passkeys)).where(*_by_id), Passkey)
CREDENTIALS = Statement(
    select(*columns(PasskeyRow, passkeys)).where(*_of_user).order_by(passkeys.c.id), PasskeyRow
)
BY_CREDENTIAL = Statement(
    select(*columns(PasskeyRow, passkeys)).where(
        passkeys.c.instance_id == INSTANCE,
        passkeys.c.credential_id == bindparam("credential_id", type_=Text),
    ),
    PasskeyRow,
)
INSERT = inserting(passkeys, violates={"uq_passkeys_credential_id": PasskeyTaken})
RENAME = Statement[None](
    update(passkeys).where(*_by_id).values(name=bindparam("name", type_=Text), updated_at=NOW)
)
DELETE = Statement[None](delete(passkeys).where(*_by_id))
_count = bindparam("sign_count", type_=BigInteger)
_zero = literal_column("0", BigInteger)
# Devices that do not count always say 0; of the others a count that does not grow is a copy's.
USE = Statement[None](
    update(passkeys)
    .where(
        *_by_id,
        or_(passkeys.c.sign_count < _count, and_(passkeys.c.sign_count == _zero, _count == _zero)),
    )
    .values(
        sign_count=_count,
        is_backed_up=bindparam("is_backed_up", type_=Boolean),
        last_used_at=NOW,
    )
)


async def get_passkey(db: Db, user_id: str, passkey_id: str) -> Passkey:
    """A passkey of a user. Raises: PasskeyNotFound."""
    return await db.one(
        PASSKEY, missing=PasskeyNotFound("passkey_id"), user_id=user_id, passkey_id=passkey_id
    )


async def find_credentials(db: Db, user_id: str) -> tuple[PasskeyRow, ...]:
    """The credentials of a user."""
    return await db.all(CREDENTIALS, user_id=user_id)


async def find_by_credential(db: Db, credential_id: str) -> PasskeyRow | None:
    """The passkey with this credential id."""
    return await db.find(BY_CREDENTIAL, credential_id=credential_id)


async def insert_passkey(db: Db, row: PasskeyRow) -> None:
    """Keep a new passkey. Raises: PasskeyTaken."""
    await db.insert(INSERT, row)


async def rename_passkey(db: Db, passkey: Passkey, name: str, now: datetime) -> None:
    """Give a passkey another name."""
    await db.run(RENAME, user_id=passkey.user_id, passkey_id=passkey.id, name=name, now=now)


async def delete_passkey(db: Db, passkey: Passkey) -> None:
    """Delete a passkey."""
    await db.run(DELETE, user_id=passkey.user_id, passkey_id=passkey.id)


async def use_passkey(
    db: Db, row: PasskeyRow, sign_count: int, now: datetime, *, is_backed_up: bool
) -> bool:
    """Note a use; False, when its count does not go beyond the one that is kept by now."""
    used = await db.run(
        USE,
        user_id=row.user_id,
        passkey_id=row.id,
        sign_count=sign_count,
        is_backed_up=is_backed_up,
        now=now,
    )
    return used == 1
