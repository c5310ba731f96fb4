"""The connections of this process to the database."""

import asyncio
import time
from typing import Any

import asyncpg
import structlog

from charter.kernel import driver
from charter.kernel.driver import LOST
from charter.kernel.errors import Unavailable
from charter.kernel.outages import told

log = structlog.get_logger("charter.kernel.connections")

WAIT_SECONDS = 3
"""How long a call waits for a connection when all are in use."""
IDLE_SECONDS = 300
"""A connection unused for longer is not trusted: something between may have dropped it."""


class Connections:
    """The pool of connections of this process.

    Of the connections that nobody uses up to half are kept beside the driver's pool, which takes
    longer to give one out and back than a short statement runs.
    """

    def __init__(self, url: str, *, size: int = 16, statement_timeout_ms: int = 10_000) -> None:
        self.url = url
        self._size = size
        self._statement_timeout_ms = statement_timeout_ms
        self._pool: asyncpg.Pool[Any] | None = None
        self._in_use = 0
        self._kept: list[tuple[Any, float]] = []
        self._is_away = False

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
            init=driver.prepare,
            reset=driver.keep,
            timeout=3,
            command_timeout=self._statement_timeout_ms / 1000 + 2,
            statement_cache_size=1024,
            max_cached_statement_lifetime=0,
            max_inactive_connection_lifetime=IDLE_SECONDS,
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
        kept, self._kept = self._kept, []
        if pool is not None:
            for connection, _ in kept:
                await pool.release(connection)
            try:
                await asyncio.wait_for(pool.close(), 1)
            except TimeoutError:
                pool.terminate()

    async def acquire(self) -> Any:
        """A connection of the pool, waited for at most WAIT_SECONDS. Raises: Unavailable, LOST.

        Whatever the server says to one who connects, it is away for us: a database that takes no
        connections, or that does not know the password any more.
        """
        pool = self.pool
        while self._kept:
            connection, since = self._kept.pop()
            if not driver.is_open(connection):
                await pool.release(connection)
            elif time.monotonic() - since > IDLE_SECONDS:
                driver.cut(connection)
                await pool.release(connection)
            else:
                self._in_use += 1
                return connection
        # A timeout costs a task of its own, so it is paid only when there is somebody to wait for.
        timeout = None if self._in_use < self._size else WAIT_SECONDS
        self._in_use += 1
        try:
            found = await pool.acquire(timeout=timeout)
        except asyncpg.PostgresError as refused:
            self._in_use -= 1
            self._is_away = True
            raise told(Unavailable(), refused) from refused
        except BaseException as lost:
            self._in_use -= 1
            self._is_away = self._is_away or isinstance(lost, ConnectionError)
            if timeout is not None and isinstance(lost, TimeoutError):
                raise TimeoutError(f"all {self._size} connections are in use") from lost
            raise
        if self._is_away:
            self._is_away = False
            log.info("database answers again")
        return found

    async def answers(self) -> bool:
        """Whether the server answers.

        With all connections in use nobody is made to wait for one: those who have them are
        answered, or given up on in their time.
        """
        if self._in_use >= self._size:
            return True
        try:
            connection = await self.acquire()
            is_clean = False
            try:
                await connection.execute("SELECT 1", timeout=WAIT_SECONDS)
                is_clean = True
            finally:
                await self.release(connection, is_clean=is_clean)
        except Unavailable:
            return False
        except LOST as lost:
            told(Unavailable(), lost)
            return False
        return True

    async def release(self, connection: Any, *, is_clean: bool = False) -> None:
        """Give a connection back.

        is_clean: nothing runs on it and no transaction is open, so that it can be used at once.
        """
        self._in_use -= 1
        if self._pool is None:
            return
        # With as many in use as there may be, somebody waits at the driver's pool.
        is_wanted = self._in_use >= self._size
        if is_clean and not is_wanted and len(self._kept) < self._size // 2:
            self._kept.append((connection, time.monotonic()))
        else:
            await self._pool.release(connection)
