"""Every SQL statement about passwords."""

from sqlalchemy import Boolean, DateTime, Text, bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from charter.core.passwords.model import Password
from charter.core.passwords.tables import passwords
from charter.kernel.db import INSTANCE, Db, Statement, columns_of

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


async def find_password(db: Db, user_id: str) -> Password | None:
    """The user's password, if they have one."""
    return await db.find(PASSWORD, user_id=user_id)


async def set_password(db: Db, password: Password) -> None:
    """Keep a password in place of the one there was."""
    await db.run(SET, **columns_of(password))


async def upgrade_digest(db: Db, verified: Password, hasher: str, password_digest: str) -> None:
    """Replace the digest of a password that was verified by a stronger one of the same."""
    await db.run(
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
