"""Every SQL statement about sign-ins."""

import dataclasses
from datetime import datetime

from sqlalchemy import (
    DateTime,
    Table,
    Text,
    bindparam,
    delete,
    literal_column,
    or_,
    select,
    update,
)

from charter.core.checks.columns import checks_of
from charter.core.email_addresses.tables import email_addresses
from charter.core.phone_numbers.tables import phone_numbers
from charter.core.sign_ins.model import SignIn, SignInNotFound
from charter.core.sign_ins.tables import sign_ins
from charter.core.statements import NOW, columns, word
from charter.core.users.model import User
from charter.core.users.queries import SELECT as USERS
from charter.core.users.tables import users
from charter.core.web3_wallets.tables import web3_wallets
from charter.kernel.db import INSTANCE, Db, Statement, columns_of, inserting

FIXED = frozenset({"id", "client_id", "created_at"})

_columns = columns(SignIn, sign_ins, **checks_of(sign_ins))
_of_client = (
    sign_ins.c.instance_id == INSTANCE,
    sign_ins.c.client_id == bindparam("client_id", type_=Text),
)
_by_id = (*_of_client, sign_ins.c.id == bindparam("sign_in_id", type_=Text))
SIGN_IN = Statement(select(*_columns).where(*_by_id), SignIn)
LOCK = Statement(select(*_columns).where(*_by_id).with_for_update(), SignIn)
CURRENT = Statement(
    select(*_columns)
    .where(*_of_client, sign_ins.c.status != word("complete"), sign_ins.c.abandon_at > NOW)
    .order_by(sign_ins.c.created_at.desc(), sign_ins.c.id.desc())
    .limit(1),
    SignIn,
)
INSERT = inserting(sign_ins)
UPDATE = Statement[None](
    update(sign_ins)
    .where(*_by_id)
    .values(
        {
            field.name: bindparam(f"new_{field.name}", type_=sign_ins.c[field.name].type)
            for field in dataclasses.fields(SignIn)
            if field.name not in FIXED
        }
    )
)
CLEAR = Statement[None](
    delete(sign_ins).where(
        sign_ins.c.abandon_at < bindparam("before", type_=DateTime(timezone=True))
    ),
    across_instances="the worker clears what was given up in all instances",
)
ABANDON = Statement[None](
    update(sign_ins)
    .where(*_of_client, sign_ins.c.status != word("complete"), sign_ins.c.abandon_at > NOW)
    .values(abandon_at=NOW)
)

ABANDON_OF_USER = Statement[None](
    update(sign_ins)
    .where(
        sign_ins.c.instance_id == INSTANCE,
        sign_ins.c.user_id == bindparam("user_id", type_=Text),
        sign_ins.c.status != word("complete"),
        sign_ins.c.abandon_at > NOW,
    )
    .values(abandon_at=NOW)
)


def _holder(table: Table, value: str) -> Statement[User]:
    held = [
        table.c.instance_id == INSTANCE,
        table.c[value] == bindparam("value", type_=Text),
    ]
    if "is_reserved" in table.c:
        held.append(or_(table.c.verification_status == word("verified"), table.c.is_reserved))
    if "is_verified" in table.c:
        held.append(table.c.is_verified)
    # One id, so that the plan does not hang on who is asked for and is made once.
    holder = select(table.c.user_id).where(*held).limit(literal_column("1")).scalar_subquery()
    return Statement(USERS.where(users.c.id == holder), User)


BY_EMAIL_ADDRESS = _holder(email_addresses, "address_key")
BY_PHONE_NUMBER = _holder(phone_numbers, "number")
BY_WEB3_WALLET = _holder(web3_wallets, "address")
BY_USERNAME = Statement(USERS.where(users.c.username_key == bindparam("value", type_=Text)), User)


async def get_sign_in(db: Db, client_id: str, sign_in_id: str) -> SignIn:
    """The sign-in of a browser. Raises: SignInNotFound."""
    return await db.one(
        SIGN_IN, missing=SignInNotFound("sign_in_id"), client_id=client_id, sign_in_id=sign_in_id
    )


async def lock_sign_in(db: Db, client_id: str, sign_in_id: str) -> SignIn:
    """The sign-in of a browser, locked. Raises: SignInNotFound."""
    return await db.one(
        LOCK, missing=SignInNotFound("sign_in_id"), client_id=client_id, sign_in_id=sign_in_id
    )


async def begin_sign_in(db: Db, row: SignIn) -> None:
    """Keep a new sign-in, in place of the one that was running in the browser."""
    await abandon_running(db, row.client_id, row.created_at)
    insert_sign_in(db, row)


async def abandon_running(db: Db, client_id: str, now: datetime) -> None:
    """Give up the sign-in that is running in a browser."""
    await db.run(ABANDON, client_id=client_id, now=now)


async def abandon_of_user(db: Db, user_id: str, now: datetime) -> None:
    """Give up every sign-in of a user that is running, in whatever browser."""
    await db.run(ABANDON_OF_USER, user_id=user_id, now=now)


def insert_sign_in(db: Db, row: SignIn) -> None:
    """Keep a new sign-in."""
    db.insert_later(INSERT, row)


def update_sign_in(db: Db, row: SignIn) -> None:
    """Write a locked sign-in as it is to be."""
    values = {f"new_{name}": value for name, value in columns_of(row).items()}
    db.run_later(UPDATE, sign_in_id=row.id, client_id=row.client_id, **values)
