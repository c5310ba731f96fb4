"""Every SQL statement about sign-ups."""

import dataclasses
from typing import Any

from sqlalchemy import DateTime, Text, bindparam, delete, select, update

from charter.core.checks.columns import checks_of
from charter.core.sign_ups.model import SignUp, SignUpMarks, SignUpNotFound
from charter.core.sign_ups.tables import sign_ups
from charter.core.statements import NOW, columns, word
from charter.core.users.tables import users
from charter.kernel.db import INSTANCE, Db, Statement, columns_of, inserting

MARKS = frozenset({"external_id", "has_custom_action"})
"""What the app's server says; no step of a browser writes it."""
FIXED = frozenset({"id", "client_id", "created_at"}) | MARKS

_columns = columns(SignUp, sign_ups, **checks_of(sign_ups))
_of_client = (
    sign_ups.c.instance_id == INSTANCE,
    sign_ups.c.client_id == bindparam("client_id", type_=Text),
)
_of_instance = (
    sign_ups.c.instance_id == INSTANCE,
    sign_ups.c.id == bindparam("sign_up_id", type_=Text),
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
ANY_SIGN_UP = Statement(select(*_columns).where(*_of_instance), SignUp)
LOCK_ANY = Statement(select(*_columns).where(*_of_instance).with_for_update(), SignUp)
MARK = Statement[None](
    update(sign_ups)
    .where(*_of_instance)
    .values({name: bindparam(f"new_{name}", type_=sign_ups.c[name].type) for name in MARKS})
)
HAS_USER = Statement[Any](
    select(users.c.id).where(
        users.c.instance_id == INSTANCE,
        users.c.external_id == bindparam("external_id", type_=Text),
    )
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


async def get_any_sign_up(db: Db, sign_up_id: str) -> SignUp:
    """The sign-up of any browser. Raises: SignUpNotFound."""
    return await db.one(ANY_SIGN_UP, missing=SignUpNotFound("sign_up_id"), sign_up_id=sign_up_id)


async def lock_any_sign_up(db: Db, sign_up_id: str) -> SignUp:
    """The sign-up of any browser, locked. Raises: SignUpNotFound."""
    return await db.one(LOCK_ANY, missing=SignUpNotFound("sign_up_id"), sign_up_id=sign_up_id)


async def mark_sign_up(db: Db, marks: SignUpMarks) -> None:
    """Write down what the app's server says of a locked sign-up."""
    values = {f"new_{name}": getattr(marks, name) for name in MARKS}
    await db.run(MARK, sign_up_id=marks.id, **values)


async def is_external_id_taken(db: Db, external_id: str) -> bool:
    """Whether a user has this external id."""
    return await db.value(HAS_USER, external_id=external_id) is not None


async def insert_sign_up(db: Db, row: SignUp) -> None:
    """Keep a new sign-up, in place of the one that was running in the browser."""
    await db.run(ABANDON, client_id=row.client_id, now=row.created_at)
    await db.insert(INSERT, row)


async def update_sign_up(db: Db, row: SignUp) -> None:
    """Write a locked sign-up as it is to be."""
    values = {f"new_{name}": value for name, value in columns_of(row).items()}
    await db.run(UPDATE, sign_up_id=row.id, client_id=row.client_id, **values)
