"""Every SQL statement about sign-ups."""

import dataclasses

from sqlalchemy import DateTime, Text, bindparam, delete, select, update

from charter.core.sign_ups.model import SignUp, SignUpNotFound
from charter.core.sign_ups.tables import sign_ups
from charter.core.statements import NOW, columns, word
from charter.kernel.db import INSTANCE, Db, Statement, columns_of, inserting

FIXED = frozenset({"id", "client_id", "created_at"})

_columns = columns(SignUp, sign_ups)
_of_client = (
    sign_ups.c.instance_id == INSTANCE,
    sign_ups.c.client_id == bindparam("client_id", type_=Text),
)
_by_id = (*_of_client, sign_ups.c.id == bindparam("sign_up_id", type_=Text))
_is_running = (sign_ups.c.status != word("complete"), sign_ups.c.abandon_at > NOW)
SIGN_UP = Statement(select(*_columns).where(*_by_id), SignUp)
LOCK = Statement(select(*_columns).where(*_by_id).with_for_update(), SignUp)
CURRENT = Statement(
    select(*_columns)
    .where(*_of_client, *_is_running)
    .order_by(sign_ups.c.created_at.desc(), sign_ups.c.id.desc())
    .limit(1),
    SignUp,
)
INSERT = inserting(sign_ups)
UPDATE = Statement[None](
    update(sign_ups)
    .where(*_by_id)
    .values(
        {
            field.name: bindparam(f"new_{field.name}", type_=sign_ups.c[field.name].type)
            for field in dataclasses.fields(SignUp)
            if field.name not in FIXED
        }
    )
)
CLEAR = Statement[None](
    delete(sign_ups).where(
        sign_ups.c.abandon_at < bindparam("before", type_=DateTime(timezone=True))
    ),
    across_instances="the worker clears what was given up in all instances",
)
ABANDON = Statement[None](update(sign_ups).where(*_of_client, *_is_running).values(abandon_at=NOW))


async def get_sign_up(db: Db, client_id: str, sign_up_id: str) -> SignUp:
    """The sign-up of a browser. Raises: SignUpNotFound."""
    return await db.one(
        SIGN_UP, missing=SignUpNotFound("sign_up_id"), client_id=client_id, sign_up_id=sign_up_id
    )


async def lock_sign_up(db: Db, client_id: str, sign_up_id: str) -> SignUp:
    """The sign-up of a browser, locked. Raises: SignUpNotFound."""
    return await db.one(
        LOCK, missing=SignUpNotFound("sign_up_id"), client_id=client_id, sign_up_id=sign_up_id
    )


async def insert_sign_up(db: Db, row: SignUp) -> None:
    """Keep a new sign-up, in place of the one that was running in the browser."""
    await db.run(ABANDON, client_id=row.client_id, now=row.created_at)
    await db.insert(INSERT, row)


async def update_sign_up(db: Db, row: SignUp) -> None:
    """Write a locked sign-up as it is to be."""
    values = {f"new_{name}": value for name, value in columns_of(row).items()}
    await db.run(UPDATE, sign_up_id=row.id, client_id=row.client_id, **values)
