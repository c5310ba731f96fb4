"""The statements of tokens that are pending until they are used or taken back, once.

Sign-in tokens, actor tokens and the tasks of agents are such rows; the secret of each is a grant of
its own.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy import Table, Text, bindparam, select, update

from charter.core.statements import NOW, columns, word
from charter.kernel.db import INSTANCE, Db, Statement, inserting


class _Settled(Protocol):
    """A row that has a status."""

    @property
    def status(self) -> StrEnum:
        """How it stands."""


Row = TypeVar("Row", bound=_Settled)


class PendingTokens(Generic[Row]):
    """A table whose `status` is `pending` at first, and the dataclass of its rows."""

    def __init__(self, table: Table, row: type[Row]) -> None:
        found: tuple[Any, ...] = columns(row, table)
        by_id = (table.c.instance_id == INSTANCE, table.c.id == bindparam("id", type_=Text))
        self._by_id = Statement(select(*found).where(*by_id), row)
        self._insert = inserting(table)
        self._settle = Statement(
            update(table)
            .where(*by_id, table.c.status == word("pending"))
            .values(status=bindparam("new_status", type_=Text), updated_at=NOW)
            .returning(*found),
            row,
        )

    async def find(self, db: Db, token_id: str) -> Row | None:
        """The token."""
        return await db.find(self._by_id, id=token_id)

    async def insert(self, db: Db, row: Row) -> None:
        """Insert a token."""
        await db.insert(self._insert, row)

    async def settle(self, db: Db, token_id: str, new_status: str, now: datetime) -> Row | None:
        """Give a pending token its last status; None for one that has it already, or is unknown."""
        return await db.find(self._settle, id=token_id, new_status=new_status, now=now)
