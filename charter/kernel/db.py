"""Statements go in, frozen dataclasses come out; each is compiled once and bound to a tenant."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

import asyncpg
import msgspec

from charter.kernel import driver
from charter.kernel.batches import Batch, Together, Write
from charter.kernel.connections import Connections
from charter.kernel.driver import COPY_SECONDS, LOST, REFUSED, RowRefused
from charter.kernel.errors import DomainError, Overtaken, Unavailable
from charter.kernel.outages import told
from charter.kernel.rows import columns_of
from charter.kernel.statement import INSTANCE, Statement, inserting, metadata

__all__ = [
    "INSTANCE",
    "Database",
    "Db",
    "RowRefused",
    "Statement",
    "columns_of",
    "inserting",
    "jsonable",
    "metadata",
    "utc",
]

Row = TypeVar("Row")


class Db:
    """The database as one operation sees it: its instance's rows, in its transaction.

    Reading operations take a connection for each statement alone. Writing operations open their
    transaction with the first statement, so that none is held while a password is hashed.
    """

    def __init__(self, database: "Database", instance_id: str, *, writes: bool) -> None:
        self.instance_id = instance_id
        self.writes = writes
        self._database = database
        self._connection: Any = None
        self._transaction: Any = None
        self._is_lost = False
        self._batch = Batch()
        self._first: Callable[[], Awaitable[None]] | None = None

    def begin_with(self, first: Callable[[], Awaitable[None]]) -> None:
        """Have this done in the transaction as soon as it opens, before the first statement."""
        self._first = first

    def of_instance(self, instance_id: str) -> "Db":
        """The same open transaction, for the rows of another instance.

        For the worker, and for what is handed over (`kernel.operation.within`).
        """
        other = Db(self._database, instance_id, writes=self.writes)
        other._connection, other._transaction = self._connection, self._transaction
        other._batch = self._batch
        return other

    async def one(
        self, statement: Statement[Row], *, missing: DomainError, **parameters: Any
    ) -> Row:
        """The only row, or `missing` is raised."""
        row = await self.find(statement, **parameters)
        if row is None:
            raise missing
        return row

    async def find(self, statement: Statement[Row], **parameters: Any) -> Row | None:
        """The first row, or None."""
        record = await self._call("fetchrow", statement, parameters)
        return None if record is None else statement.make(record)

    async def all(self, statement: Statement[Row], **parameters: Any) -> tuple[Row, ...]:
        """All rows."""
        records = await self._call("fetch", statement, parameters)
        return tuple(map(statement.make, records))

    async def value(self, statement: Statement[Any], **parameters: Any) -> Any:
        """The first column of the first row, or None."""
        return await self._call("fetchval", statement, parameters)

    async def run(self, statement: Statement[Any], **parameters: Any) -> int:
        """Execute and give the number of rows touched."""
        status = await self._call("execute", statement, parameters)
        return int(status.rsplit(" ", 1)[-1]) if status[-1].isdigit() else 0

    async def insert(self, statement: Statement[Any], row: Any) -> None:
        """Insert a dataclass through an `inserting` statement."""
        await self._call("execute", statement, columns_of(row))

    async def insert_all(self, statement: Statement[Any], rows: Iterable[Any]) -> None:
        """Insert several dataclasses in one round trip."""
        arguments = [statement.arguments(self.instance_id, columns_of(row)) for row in rows]
        await self.flush()
        if arguments:
            await self._guard("executemany", statement, [arguments])

    def insert_later(self, statement: Statement[None], row: Any) -> None:
        """Insert a dataclass together with all that waits, before the next statement or the end."""
        self._wait(statement, row)

    def run_later(self, statement: Statement[None], **parameters: Any) -> None:
        """Execute together with all that waits, before the next statement or the end."""
        self._wait(statement, parameters)

    def alter_later(
        self, statement: Statement[None], changes: Mapping[str, Any], **known: Any
    ) -> bool:
        """Change parameters of a statement that waits with `known` ones.

        Two that wait must not touch the same row. Returns: whether it still waited.
        """
        return self._batch.alter(statement, known, changes)

    def insert_instead(self, row: Any, other: Any) -> bool:
        """Insert another row than one that waits to be. Returns: whether it still waited."""
        return self._batch.replace(row, other)

    async def flush(self) -> None:
        """Send what waits, as one statement, or as few as take it."""
        if self._batch:
            await self.begin()
        while self._batch:
            found = self._batch.take()
            await self._guard("execute", found, found.arguments)

    async def _flush_at_end(self) -> None:
        if self._connection is None and self._first is None and self._batch:
            found = self._batch.take()
            is_all = not self._batch
            await self._guard("execute", found, found.arguments, is_alone=is_all)
        await self.flush()

    def _wait(self, statement: Statement[None], given: Any) -> None:
        if not self.writes:
            raise TypeError("what only reads writes nothing later")
        self._batch.add(Write(statement, self.instance_id, given))

    @contextlib.asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """What an error in the block has written is taken back; the transaction goes on."""
        await self.flush()
        await self.begin()
        try:
            async with self._connection.transaction():
                yield
        except LOST as lost:
            raise told(Unavailable(), lost) from lost

    async def copy(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Insert many rows of the instance at once; within `savepoint`, where one may be refused.

        columns: those of the rows' values; `instance_id` is added.
        Raises: RowRefused.
        """
        await self.flush()
        await self.begin()
        try:
            await self._connection.copy_records_to_table(
                table,
                columns=("instance_id", *columns),
                records=[(self.instance_id, *row) for row in rows],
                timeout=COPY_SECONDS,
            )
        except REFUSED as refused:
            constraint = getattr(refused, "constraint_name", None) or ""
            raise RowRefused(str(refused), constraint) from refused
        except LOST as lost:
            self._is_lost = driver.leads_nowhere(lost)
            raise told(Unavailable(), lost) from lost

    async def begin(self) -> None:
        """Open the transaction, if it is not open yet."""
        if self._connection is None:
            try:
                self._connection = await self._database.acquire()
                self._transaction = self._connection.transaction()
                await self._transaction.start()
            except LOST as lost:
                raise told(Unavailable(), lost) from lost
            if self._first is not None:
                # What waits already comes after it.
                waiting, self._batch = self._batch, Batch()
                await self._first()
                await self.flush()
                self._batch = waiting

    async def end(self, *, commit: bool) -> None:
        """Commit or roll back, and give the connection back.

        Where all writes have waited until now, they are one statement, and that is a transaction.
        Raises: what a write raises that waited until now; nothing is committed then.
        """
        if commit:
            try:
                await self._flush_at_end()
            except BaseException:
                await self.end(commit=False)
                raise
        connection, transaction = self._connection, self._transaction
        self._connection = self._transaction = None
        if connection is None:
            return
        is_clean = False
        try:
            if commit:
                await transaction.commit()
                is_clean = True
            elif self._is_lost:
                # To roll back would only wait once more for what does not answer.
                driver.cut(connection)
            else:
                await transaction.rollback()
        except LOST as lost:
            driver.cut(connection)
            if commit:
                raise told(Unavailable(), lost) from lost
        except BaseException:
            # Left in an unknown state (cancelled half way): never back into the pool as it is.
            driver.cut(connection)
            raise
        finally:
            await self._database.release(connection, is_clean=is_clean)

    async def _call(
        self, method: str, statement: Statement[Any], parameters: Mapping[str, Any]
    ) -> Any:
        if self._batch:
            await self.flush()
        return await self._guard(
            method, statement, statement.arguments(self.instance_id, parameters)
        )

    async def _guard(
        self,
        method: str,
        statement: Statement[Any] | Together,
        arguments: list[Any],
        *,
        is_alone: bool = False,
    ) -> Any:
        """Call the driver. is_alone: without a transaction, though others might have one."""
        try:
            if self.writes and not is_alone:
                if self._connection is None:
                    await self.begin()
                return await getattr(self._connection, method)(statement.sql, *arguments)
            connection = await self._database.acquire()
            is_clean = False
            try:
                found = await getattr(connection, method)(statement.sql, *arguments)
                is_clean = True
            except asyncpg.ReadOnlySQLTransactionError:
                driver.cut(connection)
                raise
            finally:
                await self._database.release(connection, is_clean=is_clean)
            return found  # noqa: TRY300
        except asyncpg.IntegrityConstraintViolationError as violation:
            error = statement.violates.get(violation.constraint_name or "")
            if error is None:
                raise
            raise error() from violation
        except asyncpg.NoDataFoundError as untouched:
            raise Overtaken from untouched
        except LOST as lost:
            self._is_lost = driver.leads_nowhere(lost)
            raise told(Unavailable(), lost) from lost


class Database(Connections):
    """The database of this process, as operations are given it."""

    def reading(self, instance_id: str) -> Db:
        """For operations that change nothing."""
        return Db(self, instance_id, writes=False)

    def writing(self, instance_id: str) -> Db:
        """For operations that change something; ended by `Db.end`."""
        return Db(self, instance_id, writes=True)


def jsonable(row: Any) -> Any:
    """A dataclass as plain JSON values, times in ISO 8601."""
    return msgspec.to_builtins(row, str_keys=True)


def utc(moment: datetime) -> datetime:
    """The moment in UTC. Raises: ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment
