"""A kind of identifier: its table, its statements, and what is done with its rows.

An operation locks the user, works out the rows as they are to be, and saves the difference.
"""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Generic

from sqlalchemy import DateTime, Table, Text, bindparam, delete, or_, select, update

from charter.core.email_addresses.model import EmailAddress
from charter.core.grants import granting
from charter.core.grants.model import Purpose
from charter.core.identifiers.rows import Row, settled
from charter.core.phone_numbers.model import PhoneNumber
from charter.core.statements import NOW, columns
from charter.core.suggestions.enrolling import enroll
from charter.core.users import queries as users
from charter.core.users.model import User, UserUpdated
from charter.core.users.tables import users as users_table
from charter.core.verification import LastIdentifier
from charter.kernel.db import INSTANCE, Db, Statement, columns_of, inserting
from charter.kernel.errors import DomainError
from charter.kernel.operation import Context
from charter.kernel.rows import written_names

FIXED = frozenset({"id", "user_id", "created_at"})

TOUCH = Statement[None](
    update(users_table)
    .where(
        users_table.c.instance_id == INSTANCE,
        users_table.c.id == bindparam("user_id", type_=Text),
    )
    .values(
        updated_at=NOW,
        mfa_enabled_at=bindparam("enabled_at", type_=DateTime(timezone=True)),
        mfa_disabled_at=bindparam("disabled_at", type_=DateTime(timezone=True)),
    )
)


class IdentifierKind(Generic[Row]):
    """Addresses, or numbers.

    purpose: of the codes that prove one.
    missing: raised for an id that is none; taken: for a value that another row holds, which has to
        be by one of the constraints of that name.
    settle: brings the rows in order before they are written.
    derived: the columns of fields that are only read, by their names.
    """

    def __init__(
        self,
        table: Table,
        row: type[Row],
        value: str,
        *,
        purpose: Purpose,
        missing: Callable[[], DomainError],
        taken: type[DomainError],
        settle: Callable[[Sequence[Row], datetime], tuple[Row, ...]] = settled,
        derived: Mapping[str, Any] | None = None,
    ) -> None:
        violates = {
            f"uq_{table.name}_{value}": taken,
            f"uq_{table.name}_of_user": taken,
        }
        by_id = (table.c.instance_id == INSTANCE, table.c.id == bindparam("id", type_=Text))
        values = {
            name: bindparam(f"new_{name}", type_=table.c[name].type)
            for name in written_names(row)
            if name not in FIXED
        }
        self.name = table.name
        self.purpose = purpose
        self.taken = taken
        self._missing = missing
        self._settle: Callable[[Sequence[Row], datetime], tuple[Row, ...]] = settle
        self._get: Statement[Row] = Statement(
            select(*columns(row, table, **(derived or {}))).where(*by_id), row
        )
        self._insert = inserting(table, violates=violates)
        self._update = Statement[None](
            update(table).where(*by_id).values(values), violates=violates
        )
        self._delete = Statement[None](delete(table).where(*by_id))
        self._held_by_another = Statement[Any](
            select(table.c.id)
            .where(
                table.c.instance_id == INSTANCE,
                table.c[value] == bindparam("value", type_=Text),
                table.c.user_id != bindparam("user_id", type_=Text),
                or_(table.c.is_reserved, table.c.verification_status == "verified"),
            )
            .limit(1)
        )

    def rows_of(self, user: User) -> tuple[Row, ...]:
        """The rows of this kind that a user has."""
        rows: tuple[Row, ...] = getattr(user, self.name)
        return rows

    def of(self, user: User, row_id: str) -> Row:
        """A row of a user. Raises: `missing`."""
        row = next((row for row in self.rows_of(user) if row.id == row_id), None)
        if row is None:
            raise self._missing()
        return row

    async def get(self, db: Db, row_id: str) -> Row:
        """The row. Raises: `missing`."""
        return await db.one(self._get, missing=self._missing(), id=row_id)

    async def lock(self, db: Db, row_id: str) -> tuple[User, Row]:
        """The user who has the row, locked until the transaction ends, and the row.

        Raises: `missing`, also when it was deleted before the user was locked.
        """
        found = await self.get(db, row_id)
        user = await users.lock_user(db, found.user_id)
        return user, self.of(user, row_id)

    async def is_held_by_another(self, db: Db, value: str, user_id: str) -> bool:
        """Whether another user has this value proven or reserved."""
        found = await db.value(self._held_by_another, value=value, user_id=user_id)
        return found is not None

    async def write(self, ctx: Context, user: User, rows: Sequence[Row]) -> User:
        """Write the difference between a locked user's rows and these, brought in order.

        Returns: the user with the new rows.
        """
        old = {row.id: row for row in self.rows_of(user)}
        new = self._settle(rows, ctx.now)
        for gone in old.keys() - {row.id for row in new}:
            # A code on its way to what is gone proves nothing any more.
            await granting.revoke(ctx, self.purpose, gone)
            await ctx.db.run(self._delete, id=gone)
        changed = [row for row in new if row.id in old and old[row.id] != row]
        # First what is no longer primary or the default: there is never more than one of them.
        for row in sorted(changed, key=_is_chosen):
            values = {f"new_{name}": value for name, value in columns_of(row).items()}
            await ctx.db.run(self._update, id=row.id, **values)
        await ctx.db.insert_all(self._insert, [row for row in new if row.id not in old])
        given: dict[str, Any] = {self.name: new}
        return dataclasses.replace(user, **given)

    async def save(self, ctx: Context, user: User, rows: Sequence[Row]) -> User:
        """Write the rows of a locked user, and say that the user has changed.

        Returns: the user as they are now.
        Announces: UserUpdated, and what `enroll` does.
        """
        now_has = await self.write(ctx, user, rows)
        after = await _announce(ctx, user, now_has)
        proven = {row.address_key for row in user.email_addresses if row.is_verified}
        keys = {row.address_key for row in after.email_addresses if row.is_verified}
        await enroll(ctx, user.id, keys - proven)
        return after

    async def remove(self, ctx: Context, row_id: str) -> Row:
        """Take a row from its user. Returns: the row as it was.

        Raises: `missing`; LastIdentifier.
        Announces: UserUpdated.
        """
        user, row = await self.lock(ctx.db, row_id)
        await self.take(ctx, user, row)
        return row

    async def take(self, ctx: Context, user: User, row: Row) -> User:
        """Take a row from its user, who is locked. Returns: the user as they are now.

        Raises: LastIdentifier.
        Announces: UserUpdated.
        """
        _check_not_last(user, row)
        return await self.save(
            ctx, user, [each for each in self.rows_of(user) if each.id != row.id]
        )


def _is_chosen(row: EmailAddress | PhoneNumber) -> bool:
    return row.is_primary or (isinstance(row, PhoneNumber) and row.is_default_second_factor)


def _check_not_last(user: User, row: EmailAddress | PhoneNumber) -> None:
    """Refuse to take away the last thing a user can sign in with. Raises: LastIdentifier."""
    if not _identifies(row):
        return
    rows: list[EmailAddress | PhoneNumber] = [*user.email_addresses, *user.phone_numbers]
    others = any(_identifies(each) for each in rows if each.id != row.id)
    if not (others or user.username or user.has_wallet):
        raise LastIdentifier


def _identifies(row: EmailAddress | PhoneNumber) -> bool:
    return row.is_verified or row.is_reserved


async def _announce(ctx: Context, before: User, now_has: User) -> User:
    had, has = before.has_second_factor, now_has.has_second_factor
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
