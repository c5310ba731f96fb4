"""What the database driver raises, and how its connections are made and cut."""

import contextlib
from typing import Any

import asyncpg
import msgspec

COPY_SECONDS = 120
"""How long rows copied at once may take: they are many, and their indexes are brought along."""

REFUSED = (
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.DataError,
    ValueError,
    TypeError,
    OverflowError,
)
"""What the driver raises for a row that the table does not take."""

LOST = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # what a connection says that broke in the middle of a batch
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,  # going down, starting up, or a statement that took too long
    asyncpg.InsufficientResourcesError,  # no disk, no memory, no connection left
    asyncpg.PostgresSystemError,
    asyncpg.LockNotAvailableError,
    asyncpg.ReadOnlySQLTransactionError,
)
"""What the driver raises when the database is away, too slow, or cannot work."""


class RowRefused(Exception):
    """Of rows copied at once the table does not take one. `constraint` names the reason."""

    def __init__(self, reason: str, constraint: str) -> None:
        self.reason = reason
        self.constraint = constraint
        super().__init__(reason)


def leads_nowhere(lost: BaseException) -> bool:
    """Whether a connection is of no use after this: broken, or to what was the primary once."""
    return isinstance(lost, asyncpg.ReadOnlySQLTransactionError) or not isinstance(
        lost, asyncpg.PostgresError
    )


def is_open(connection: Any) -> bool:
    """Whether a connection still leads to the server, as far as this side knows."""
    try:
        return not connection.is_closed()
    except asyncpg.InterfaceError:
        return False  # the server closed it, and the driver's pool has taken it back


def cut(connection: Any) -> None:
    """Close a connection without a word; one that the server closed has left the pool already."""
    with contextlib.suppress(asyncpg.InterfaceError):
        connection.terminate()


async def keep(_connection: Any) -> None:
    """Nothing to reset: no code sets session state outside a transaction."""


async def prepare(connection: Any) -> None:
    """Have JSON come and go as plain values."""
    # In the binary form, which begins with its version: rows are copied in no other.
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        encoder=lambda value: b"\x01" + msgspec.json.encode(value),
        decoder=lambda value: msgspec.json.decode(memoryview(value)[1:]),
        format="binary",
    )
