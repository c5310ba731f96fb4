"""Every SQL statement about users."""

import dataclasses
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table, Text, bindparam, delete, exists, func, literal_column, select, update
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by

from charter.core.aggregates import gathered, object_of
from charter.core.email_addresses.linked import address_column
from charter.core.email_addresses.model import EmailAddress, EmailAddressTaken
from charter.core.email_addresses.tables import email_addresses
from charter.core.external_accounts.model import ExternalAccount
from charter.core.external_accounts.queries import IS_OPEN
from charter.core.external_accounts.tables import external_accounts
from charter.core.passkeys.model import Passkey
from charter.core.passkeys.tables import passkeys
from charter.core.passwords.tables import passwords
from charter.core.people.former import FORGET_DEACTIVATION
from charter.core.phone_numbers.model import PhoneNumber, PhoneNumberTaken
from charter.core.phone_numbers.tables import phone_numbers
from charter.core.second_factors.tables import backup_codes, totp_secrets
from charter.core.statements import NEWEST_FIRST, columns
from charter.core.users.fields import FIELDS
from charter.core.users.model import (
    ExternalIdTaken,
    User,
    UsernameTaken,
    UserNotFound,
    UserRow,
    UserStanding,
)
from charter.core.users.tables import users
from charter.core.web3_wallets.model import Web3Wallet
from charter.core.web3_wallets.queries import TAKEN as WALLET_TAKEN
from charter.core.web3_wallets.tables import web3_wallets
from charter.kernel.db import INSTANCE, Db, Statement, inserting
from charter.kernel.lists import Listing


def _of_user(table: Table) -> tuple[Any, Any]:
    return table.c.instance_id == users.c.instance_id, table.c.user_id == users.c.id


def _gathered(row: type, table: Table, column: Callable[[str], Any] | None = None) -> Any:
    return gathered(row, table, *_of_user(table), correlate=users, column=column)


def _exists(table: Table, *conditions: Any) -> Any:
    return exists().where(*_of_user(table), *conditions).correlate(users)


_columns = {
    "email_addresses": _gathered(EmailAddress, email_addresses, address_column),
    "phone_numbers": _gathered(PhoneNumber, phone_numbers),
    "web3_wallets": _gathered(Web3Wallet, web3_wallets),
    "passkeys": _gathered(Passkey, passkeys),
    "external_accounts": _gathered(
        ExternalAccount,
        external_accounts,
        lambda name: IS_OPEN if name == "is_open" else external_accounts.c[name],
    ),
    "password_updated_at": select(passwords.c.updated_at)
    .where(*_of_user(passwords))
    .correlate(users)
    .scalar_subquery(),
    "has_totp": _exists(totp_secrets, totp_secrets.c.is_verified),
    "has_backup_codes": _exists(backup_codes),
}
SELECT = select(*columns(User, users, **_columns)).where(users.c.instance_id == INSTANCE)
"""A user with all that signs them in; lists add to it."""

USER_OBJECT = object_of(User, lambda name: _columns[name] if name in _columns else users.c[name])
"""The same as an object inside another row, over `users`."""

USER = Statement(SELECT.where(users.c.id == bindparam("user_id", type_=Text)), User)
LISTING = Listing(SELECT, User, FIELDS, users.c.id, order=NEWEST_FIRST)
LOCK_USER = Statement[None](
    select(users.c.id)
    .where(users.c.instance_id == INSTANCE, users.c.id == bindparam("user_id", type_=Text))
    .with_for_update()
)


LOCK_STANDING = Statement(
    select(*columns(UserStanding, users))
    .where(users.c.instance_id == INSTANCE, users.c.id == bindparam("user_id", type_=Text))
    .with_for_update(),
    UserStanding,
)
TAKEN = {
    "uq_users_external_id": ExternalIdTaken,
    "uq_users_username_key": UsernameTaken,
}
_fixed = frozenset({"id", "search_text"})
UPDATE_USER = Statement[None](
    update(users)
    .where(users.c.instance_id == INSTANCE, users.c.id == bindparam("user_id", type_=Text))
    .values(
        {
            field.name: bindparam(f"new_{field.name}", type_=users.c[field.name].type)
            for field in dataclasses.fields(UserRow)
            if field.name not in _fixed
        }
    ),
    violates=TAKEN,
)
DELETE_USER = Statement[None](
    delete(users).where(
        users.c.instance_id == INSTANCE, users.c.id == bindparam("user_id", type_=Text)
    )
)
_among = users.c.id == bindparam("user_ids", type_=ARRAY(Text)).any_()
LOCK_USERS = Statement[None](
    select(users.c.id)
    .where(users.c.instance_id == INSTANCE, _among)
    .order_by(users.c.id)
    .with_for_update()
)
USERS = Statement(SELECT.where(_among), User)
INSERT_USER = inserting(users, violates=TAKEN)
INSERT_EMAIL_ADDRESS = inserting(
    email_addresses,
    violates={
        "uq_email_addresses_address_key": EmailAddressTaken,
        "uq_email_addresses_of_user": EmailAddressTaken,
    },
)
INSERT_PHONE_NUMBER = inserting(
    phone_numbers,
    violates={
        "uq_phone_numbers_number": PhoneNumberTaken,
        "uq_phone_numbers_of_user": PhoneNumberTaken,
    },
)
INSERT_WEB3_WALLET = inserting(web3_wallets, violates=WALLET_TAKEN)


def _joined(table: Table, value: Any) -> Any:
    return (
        select(func.string_agg(value, aggregate_order_by(literal_column("' '"), table.c.id)))
        .where(*_of_user(table))
        .correlate(users)
        .scalar_subquery()
    )


# Found by parts of: the id, the names as they stand beside each other, and every identifier.
REFRESH_SEARCH_TEXT = Statement[None](
    update(users)
    .where(users.c.instance_id == INSTANCE, users.c.id == bindparam("user_id", type_=Text))
    .values(
        search_text=func.lower(
            func.concat_ws(
                literal_column("' '"),
                users.c.id,
                users.c.first_name,
                users.c.last_name,
                users.c.username,
                _joined(email_addresses, email_addresses.c.address),
                _joined(phone_numbers, phone_numbers.c.number),
                _joined(web3_wallets, web3_wallets.c.address),
            )
        )
    )
)


async def refresh_search_text(db: Db, user_id: str) -> None:
    """Bring what the user is searched by up to date; to be called after every change of it."""
    await db.run(REFRESH_SEARCH_TEXT, user_id=user_id)


async def get_user(db: Db, user_id: str) -> User:
    """The user. Raises: UserNotFound."""
    return await db.one(USER, missing=UserNotFound("user_id"), user_id=user_id)


async def find_users(db: Db, user_ids: Sequence[str]) -> tuple[User, ...]:
    """Those of these users that there are, in no order."""
    if len(user_ids) == 1:
        # Most browsers have one. PostgreSQL plans a list of ids anew each time it is this short.
        return await db.all(USER, user_id=user_ids[0])
    return await db.all(USERS, user_ids=list(user_ids))


async def lock_users(db: Db, user_ids: Sequence[str]) -> tuple[User, ...]:
    """These users in the order of their ids, locked until the transaction ends.

    Raises: UserNotFound, when one of them does not exist.
    """
    wanted = sorted(set(user_ids))
    # In the order of their ids, so that two callers never wait for each other.
    await db.all(LOCK_USERS, user_ids=wanted)
    found = {user.id: user for user in await db.all(USERS, user_ids=wanted)}
    if len(found) < len(wanted):
        raise UserNotFound("user_ids")
    return tuple(found[user_id] for user_id in wanted)


async def update_user(db: Db, user: User, now: datetime, **changes: Any) -> None:
    """Write the user's own row, with these columns changed; the user has to be locked.

    Raises: ExternalIdTaken, UsernameTaken.
    """
    row = {
        f"new_{name}": getattr(user, name)
        for name in UserRow.__dataclass_fields__
        if name not in ("username_key", *_fixed)
    }
    row["new_username_key"] = user.username.lower() if user.username else None
    row |= {f"new_{name}": value for name, value in changes.items()}
    row["new_updated_at"] = now
    await db.run(UPDATE_USER, user_id=user.id, **row)
    if row["new_is_banned"] != user.is_banned:
        await db.run(FORGET_DEACTIVATION, user_id=user.id)


async def delete_user(db: Db, user_id: str) -> None:
    """Delete the user, with all that belongs to them."""
    await db.run(DELETE_USER, user_id=user_id)


async def lock_known(
    db: Db, user_id: str, known: User | None, standing: UserStanding | None = None
) -> User:
    """The user, locked; what was read a moment ago, if nothing has changed since.

    standing: how they stand, where this transaction has locked them already.
    Raises: UserNotFound.
    """
    if standing is None:
        standing = await db.one(LOCK_STANDING, missing=UserNotFound("user_id"), user_id=user_id)
    if known is None or (known.id, known.updated_at) != (user_id, standing.updated_at):
        return await get_user(db, user_id)
    return dataclasses.replace(
        known,
        is_banned=standing.is_banned,
        is_locked=standing.is_locked,
        locked_until=standing.locked_until,
        failed_attempts=standing.failed_attempts,
    )


async def lock_user(db: Db, user_id: str) -> User:
    """The user, with their row locked until the transaction ends. Raises: UserNotFound."""
    await db.value(LOCK_USER, user_id=user_id)
    return await get_user(db, user_id)
