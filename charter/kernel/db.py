"""Statements go in, frozen dataclasses come out; each is compiled once and bound to a tenant."""

import asyncio
import contextlib
import dataclasses
import types
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Any, Generic, TypeVar

import asyncpg
import msgspec
from sqlalchemy import Executable, MetaData, Table, Text, bindparam
from sqlalchemy.dialects.postgresql import asyncpg as asyncpg_dialect
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.sql.dml import UpdateBase

from charter.kernel import tenancy
from charter.kernel.errors import DomainError, Unavailable

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
"""All tables of the product; each area declares its own on it."""

INSTANCE = bindparam("instance_id", type_=Text)
"""The tenant. `Db` binds it from the context; no caller ever passes it."""

_DIALECT = asyncpg_dialect.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped
Row = TypeVar("Row")
WAIT_SECONDS = 3
"""How long a call waits for a connection when all are in use."""

Violations = Mapping[str, Callable[[], DomainError]]

LOST = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # what a connection says that broke in the middle of a batch
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.QueryCanceledError,
    asyncpg.LockNotAvailableError,
)
"""What the driver raises when the database is away, too slow, or going down."""


class Statement(Generic[Row]):
    """One SQL statement, compiled at import, with the type of its rows.

    `row` is a dataclass whose fields are the statement's columns in order, or None where the
    caller wants plain values. `violates` gives the domain error for a named constraint.
    A statement over a tenant's table has to bind INSTANCE, or it fails here;
    `across_instances` names the reason why one may not.
    """

    def __init__(
        self,
        statement: Any,
        row: type[Row] | None = None,
        *,
        violates: Violations | None = None,
        across_instances: str | None = None,
    ) -> None:
        compiled = statement.compile(dialect=_DIALECT)
        self.sql = str(compiled)
        self.parameters: tuple[str, ...] = tuple(getattr(compiled, "positiontup", None) or ())
        self.constants = {
            name: bind.value
            for name, bind in compiled.binds.items()
            if not bind.required and bind.callable is None
        }
        self.violates = violates or {}
        self.make: Callable[[Sequence[Any]], Row] = _maker(row, statement)
        if across_instances is None:
            tenancy.check(statement, self.sql)

    def arguments(self, instance_id: str, given: Mapping[str, Any]) -> list[Any]:
        """The values of the statement's parameters, in its order."""
        constants = self.constants
        return [
            instance_id
            if name == "instance_id"
            else given[name]
            if name in given
            else constants[name]
            for name in self.parameters
        ]


def inserting(table: Table, *, violates: Violations | None = None) -> Statement[None]:
    """An INSERT of all columns of a table, bound by their names."""
    values = {c.name: bindparam(c.name, type_=c.type) for c in table.columns if c.identity is None}
    if "instance_id" in values:
        values["instance_id"] = INSTANCE
    return Statement(insert(table).values(values), violates=violates)


def columns_of(row: Any) -> dict[str, Any]:
    """A dataclass as column values, for `inserting`."""
    return {field.name: getattr(row, field.name) for field in dataclasses.fields(row)}


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

    def of_instance(self, instance_id: str) -> "Db":
        """The same open transaction, for the rows of another instance; for the worker alone."""
        other = Db(self._database, instance_id, writes=self.writes)
        other._connection, other._transaction = self._connection, self._transaction
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
        if arguments:
            await self._guard("executemany", statement, [arguments])

    async def begin(self) -> None:
        """Open the transaction, if it is not open yet."""
        if self._connection is None:
            try:
                self._connection = await self._database.acquire()
                self._transaction = self._connection.transaction()
                await self._transaction.start()
            except LOST as lost:
                raise Unavailable from lost

    async def end(self, *, commit: bool) -> None:
        """Commit or roll back, and give the connection back."""
        connection, transaction = self._connection, self._transaction
        self._connection = self._transaction = None
        if connection is None:
            return
        try:
            if commit:
                await transaction.commit()
            elif self._is_lost:
                # To roll back would only wait once more for what does not answer.
                _cut(connection)
            else:
                await transaction.rollback()
        except LOST as lost:
            _cut(connection)
            if commit:
                raise Unavailable from lost
        except BaseException:
            # Left in an unknown state (cancelled half way): never back into the pool as it is.
            _cut(connection)
            raise
        finally:
            await self._database.release(connection)

    async def _call(
        self, method: str, statement: Statement[Any], parameters: Mapping[str, Any]
    ) -> Any:
        return await self._guard(
            method, statement, statement.arguments(self.instance_id, parameters)
        )

    async def _guard(self, method: str, statement: Statement[Any], arguments: list[Any]) -> Any:
        try:
            if self.writes:
                if self._connection is None:
                    await self.begin()
                return await getattr(self._connection, method)(statement.sql, *arguments)
            connection = await self._database.acquire()
            try:
                return await getattr(connection, method)(statement.sql, *arguments)
            finally:
                await self._database.release(connection)
        except asyncpg.IntegrityConstraintViolationError as violation:
            error = statement.violates.get(violation.constraint_name or "")
            if error is None:
                raise
            raise error() from violation
        except LOST as lost:
            self._is_lost = not isinstance(lost, asyncpg.PostgresError)
            raise Unavailable from lost


class Database:
    """The pool of connections of this process."""

    def __init__(self, url: str, *, size: int = 16, statement_timeout_ms: int = 10_000) -> None:
        self.url = url
        self._size = size
        self._statement_timeout_ms = statement_timeout_ms
        self._pool: asyncpg.Pool[Any] | None = None
        self._in_use = 0

    @property
    def pool(self) -> "asyncpg.Pool[Any]":
        """The open pool. Raises: Unavailable, before `open` or after `close`."""
        if self._pool is None:
            raise Unavailable
        return self._pool

    async def open(self) -> None:
        """Make the pool. The database may be away: connections are made when they are needed."""
        self._pool = await asyncpg.create_pool(
            self.url,
            min_size=0,
            max_size=self._size,
            init=_prepare,
            reset=_keep,
            timeout=3,
            command_timeout=self._statement_timeout_ms / 1000 + 2,
            statement_cache_size=1024,
            max_cached_statement_lifetime=0,
            max_inactive_connection_lifetime=300,
            server_settings={
                "application_name": "charter",
                # Short queries only: compiling them costs more than running them.
                "jit": "off",
                "statement_timeout": str(self._statement_timeout_ms),
                "lock_timeout": "5000",
                "idle_in_transaction_session_timeout": "30000",
                "timezone": "UTC",
            },
        )

    async def close(self) -> None:
        """Close all connections; those still busy after a second are cut."""
        pool, self._pool = self._pool, None
        if pool is not None:
            try:
                await asyncio.wait_for(pool.close(), 1)
            except TimeoutError:
                pool.terminate()

    async def acquire(self) -> Any:
        """A connection of the pool, waited for at most WAIT_SECONDS. Raises: Unavailable, LOST."""
        pool = self.pool
        # A timeout costs a task of its own, so it is paid only when there is somebody to wait for.
        timeout = None if self._in_use < self._size else WAIT_SECONDS
        self._in_use += 1
        try:
            return await pool.acquire(timeout=timeout)
        except BaseException:
            self._in_use -= 1
            raise

    async def release(self, connection: Any) -> None:
        """Give a connection back."""
        self._in_use -= 1
        if self._pool is not None:
            await self._pool.release(connection)

    def reading(self, instance_id: str) -> Db:
        """For operations that change nothing."""
        return Db(self, instance_id, writes=False)

    def writing(self, instance_id: str) -> Db:
        """For operations that change something; ended by `Db.end`."""
        return Db(self, instance_id, writes=True)


def _cut(connection: Any) -> None:
    """Close a connection without a word; one that the server closed has left the pool already."""
    with contextlib.suppress(asyncpg.InterfaceError):
        connection.terminate()


async def _keep(_connection: Any) -> None:
    """Nothing to reset: no code sets session state outside a transaction."""


async def _prepare(connection: Any) -> None:
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        encoder=lambda value: msgspec.json.encode(value).decode(),
        decoder=msgspec.json.decode,
    )


def _maker(row: Any, statement: Executable) -> Callable[[Sequence[Any]], Any]:
    """The function that turns a record into `row`; checks names at import."""
    if row is None:
        return lambda record: record
    names = [column.name for column in _columns(statement)]
    fields = [field.name for field in dataclasses.fields(row)]
    if names != fields:
        raise TypeError(f"{row.__name__} has the fields {fields}, its statement gives {names}")
    hints = typing.get_type_hints(row)
    decoders = [
        (index, decoder)
        for index, name in enumerate(fields)
        if (decoder := _decoder(hints[name])) is not None
    ]
    if not decoders:
        return lambda record: row(*record)

    def make(record: Sequence[Any]) -> Any:
        values = list(record)
        for index, decode in decoders:
            if values[index] is not None:
                values[index] = decode(values[index])
        return row(*values)

    return make


def _columns(statement: Any) -> Iterable[Any]:
    if isinstance(statement, UpdateBase):
        return statement._returning  # noqa: SLF001  # the public view of it loses the order
    return typing.cast("Iterable[Any]", statement.selected_columns)


def _decoder(hint: Any) -> Callable[[Any], Any] | None:
    """How a column's value becomes a field of the given type; None where it already is one."""
    origin, parts = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        options = [option for option in parts if option is not type(None)]
        return _decoder(options[0]) if len(options) == 1 else None
    if dataclasses.is_dataclass(hint) or (origin is tuple and dataclasses.is_dataclass(parts[0])):
        return _json(hint)
    if origin in (tuple, frozenset):
        return typing.cast("Callable[[Any], Any]", origin)
    return hint if isinstance(hint, type) and issubclass(hint, Enum) else None


def _json(hint: Any) -> Callable[[Any], Any]:
    decoder = msgspec.json.Decoder(hint)

    def decode(value: Any) -> Any:
        if isinstance(value, str):
            return decoder.decode(value)
        return msgspec.convert(value, hint)

    return decode


def jsonable(row: Any) -> Any:
    """A dataclass as plain JSON values, times in ISO 8601."""
    return msgspec.to_builtins(row, str_keys=True)


def utc(moment: datetime) -> datetime:
    """The moment in UTC. Raises: ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment
