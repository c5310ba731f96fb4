"""What addresses and numbers of a user have in common: one is primary, and one remains.

An operation locks the user, works out the rows as they are to be, and saves the difference.
"""

import dataclasses
from collections.abc import Sequence
from datetime import datetime
from typing import Generic, TypeVar

from sqlalchemy import DateTime, Table, Text, bindparam, delete, select, update

from charter.core.email_addresses.model import EmailAddress
from charter.core.phone_numbers.model import PhoneNumber
from charter.core.users import queries as users
from charter.core.users.model import User, UserUpdated
from charter.core.users.tables import users as users_table
from charter.core.verification import (
    LastIdentifier,
    ReplacementStatus,
    Strategy,
    Verification,
    VerificationStatus,
)
from charter.kernel.db import INSTANCE, Db, Statement, Violations, columns_of, inserting
from charter.kernel.errors import DomainError
from charter.kernel.operation import Context

Row = TypeVar("Row", EmailAddress, PhoneNumber)

TOUCH = Statement[None](
    update(users_table)
    .where(
        users_table.c.instance_id == INSTANCE,
        users_table.c.id == bindparam("user_id", type_=Text),
    )
    .values(
        updated_at=bindparam("now", type_=DateTime(timezone=True)),
        mfa_enabled_at=bindparam("enabled_at", type_=DateTime(timezone=True)),
        mfa_disabled_at=bindparam("disabled_at", type_=DateTime(timezone=True)),
    )
)


class IdentifierStatements(Generic[Row]):
    """The statements over one table of identifiers."""

    def __init__(self, table: Table, row: type[Row], violates: Violations) -> None:
        columns = [table.c[field.name] for field in dataclasses.fields(row)]
        by_id = (table.c.instance_id == INSTANCE, table.c.id == bindparam("id", type_=Text))
        fixed = {"id", "user_id", "created_at"}
        self.get: Statement[Row] = Statement(select(*columns).where(*by_id), row)
        self.insert = inserting(table, violates=violates)
        self.update = Statement[None](
            update(table)
            .where(*by_id)
            .values(
                {
                    column.name: bindparam(f"new_{column.name}", type_=column.type)
                    for column in columns
                    if column.name not in fixed
                }
            ),
            violates=violates,
        )
        self.delete = Statement[None](delete(table).where(*by_id))

    async def save(self, db: Db, before: Sequence[Row], after: Sequence[Row]) -> None:
        """Write the difference between a user's rows as they were and as they are to be."""
        old, new = ({row.id: row for row in rows} for rows in (before, after))
        for row in before:
            if row.id not in new:
                await db.run(self.delete, id=row.id)
        changed = [row for row in after if row.id in old and old[row.id] != row]
        # First what is no longer primary or the default: there is never more than one of them.
        for row in sorted(changed, key=_is_chosen):
            values = {f"new_{name}": value for name, value in columns_of(row).items()}
            await db.run(self.update, id=row.id, **values)
        await db.insert_all(self.insert, [row for row in after if row.id not in old])


def _is_chosen(row: EmailAddress | PhoneNumber) -> bool:
    return row.is_primary or (isinstance(row, PhoneNumber) and row.is_default_second_factor)


def find(rows: Sequence[Row], row_id: str) -> Row | None:
    """The row with this id."""
    return next((row for row in rows if row.id == row_id), None)


def placed(rows: Sequence[Row], row: Row) -> tuple[Row, ...]:
    """The rows with this one in the place of the one with its id."""
    return tuple([row if each.id == row.id else each for each in rows])


def chosen(rows: Sequence[Row], row_id: str, now: datetime) -> tuple[Row, ...]:
    """The rows with this one as the primary."""
    return tuple(
        each
        if each.is_primary == (each.id == row_id)
        else dataclasses.replace(each, is_primary=each.id == row_id, updated_at=now)
        for each in rows
    )


def settled(rows: Sequence[Row], now: datetime) -> tuple[Row, ...]:
    """The rows with a primary: where none is, the oldest verified one becomes it."""
    verified = [row for row in rows if row.is_verified]
    if not verified or any(row.is_primary for row in rows):
        return tuple(rows)
    return chosen(rows, min(verified, key=lambda row: (row.created_at, row.id)).id, now)


def proven(row: Row, strategy: Strategy, now: datetime) -> Row:
    """The row, proven; a reservation has served its purpose then."""
    return dataclasses.replace(
        row,
        is_reserved=False,
        verification_status=VerificationStatus.VERIFIED,
        verification_strategy=strategy,
        verification_attempts=None,
        verification_expires_at=None,
        updated_at=now,
    )


def unproven(row: Row, now: datetime) -> Row:
    """The row without its proof."""
    return dataclasses.replace(
        row,
        verification_status=None,
        verification_strategy=None,
        verification_attempts=None,
        verification_expires_at=None,
        updated_at=now,
    )


def awaiting(row: Row, verification: Verification, now: datetime) -> Row:
    """The row with the code that was sent to it; a verified one stays as it is."""
    if row.is_verified:
        return row
    return dataclasses.replace(
        row,
        verification_status=verification.status,
        verification_strategy=verification.strategy,
        verification_attempts=verification.attempts,
        verification_expires_at=verification.expires_at,
        updated_at=now,
    )


def tried(row: Row, verification: Verification, now: datetime) -> Row:
    """The row after a try of a code: proven by the right one, else with the newest code's state."""
    if row.is_verified:
        return row
    if verification.status is VerificationStatus.VERIFIED:
        return proven(row, verification.strategy, now)
    is_newest = row.verification_expires_at == verification.expires_at
    return awaiting(row, verification, now) if is_newest else row


def put(row: Row, status: ReplacementStatus, now: datetime) -> Row:
    """The row as an administrator puts it in the place of all others."""
    if status is ReplacementStatus.VERIFIED:
        return dataclasses.replace(proven(row, Strategy.ADMIN, now), is_primary=True)
    is_reserved = status is ReplacementStatus.RESERVED
    return dataclasses.replace(unproven(row, now), is_primary=True, is_reserved=is_reserved)


def check_not_last(user: User, row: EmailAddress | PhoneNumber) -> None:
    """Refuse to take away the last thing a user can sign in with. Raises: LastIdentifier."""
    if not _identifies(row):
        return
    rows: list[EmailAddress | PhoneNumber] = [*user.email_addresses, *user.phone_numbers]
    others = any(_identifies(each) for each in rows if each.id != row.id)
    if not (others or user.username or user.web3_wallets):
        raise LastIdentifier


def _identifies(row: EmailAddress | PhoneNumber) -> bool:
    return row.is_verified or row.is_reserved


async def announce_change(
    ctx: Context, before: User, numbers: Sequence[PhoneNumber] | None = None
) -> User:
    """Say that what belongs to a user has changed; the user was locked before.

    numbers: the phone numbers as they are now, where they changed: one of them may be a factor.
    Returns: the user as they are now.
    Announces: UserUpdated.
    """
    had = before.has_totp or any(number.is_second_factor for number in before.phone_numbers)
    remaining = before.phone_numbers if numbers is None else numbers
    has = before.has_totp or any(number.is_second_factor for number in remaining)
    await ctx.db.run(
        TOUCH,
        user_id=before.id,
        now=ctx.now,
        enabled_at=ctx.now if has and not had else before.mfa_enabled_at,
        disabled_at=ctx.now if had and not has else before.mfa_disabled_at,
    )
    await users.refresh_search_text(ctx.db, before.id)
    after = await users.get_user(ctx.db, before.id)
    ctx.announce(UserUpdated(after, before=before))
    return after


def get(rows: Sequence[Row], row_id: str, missing: DomainError) -> Row:
    """The row with this id. Raises: `missing`, when there is none."""
    row = find(rows, row_id)
    if row is None:
        raise missing
    return row
