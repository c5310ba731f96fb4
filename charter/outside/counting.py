"""Counts requests in windows: in this process, or in a Redis or Valkey that all processes share."""

import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import structlog
from limits import RateLimitItem, WindowStats
from limits.aio.storage import RedisStorage, Storage
from limits.aio.strategies import FixedWindowRateLimiter
from limits.errors import StorageError
from redis.asyncio import BlockingConnectionPool, Redis

from charter.problems import SettingsProblem

log = structlog.get_logger("charter.outside.counting")
SCHEMES = ("redis", "rediss", "valkey", "valkeys")
MOST_WINDOWS = 100_000
"""Windows that one process keeps; beyond them those that end first are forgotten."""
CONNECTIONS = 8
STORE_SECONDS = 1.0
"""How long the store may take, for a connection as for an answer."""
PAUSE_SECONDS = 2.0
"""How long a store that failed is left alone."""


class ProcessMemory(Storage):
    """Windows of this process, a bounded number of them.

    The library's own looks at every window at every request.
    """

    STORAGE_SCHEME = None

    def __init__(self, most: int = MOST_WINDOWS) -> None:
        super().__init__()
        self._most = most
        self._windows: dict[str, tuple[int, float]] = {}
        self._swept_at = 0.0

    @property
    def base_exceptions(self) -> type[Exception]:
        """None that it raises."""
        return StorageError

    async def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count once more in the running window; the first of a window begins it."""
        now = time.time()
        count, ends_at = self._windows.get(key, (0, 0.0))
        if ends_at <= now:
            self._make_room(now)
            count, ends_at = 0, now + expiry
        self._windows[key] = (count + amount, ends_at)
        return count + amount

    def _make_room(self, now: float) -> None:
        if len(self._windows) < self._most and now - self._swept_at < 1:
            return
        self._swept_at = now
        self._windows = {key: each for key, each in self._windows.items() if each[1] > now}
        if len(self._windows) >= self._most:
            by_end = sorted(self._windows, key=lambda key: self._windows[key][1])
            for key in by_end[: self._most // 10 or 1]:
                del self._windows[key]

    async def get(self, key: str) -> int:
        """The count of the running window."""
        count, ends_at = self._windows.get(key, (0, 0.0))
        return count if ends_at > time.time() else 0

    async def get_expiry(self, key: str) -> float:
        """When the window ends, as a Unix time."""
        return self._windows.get(key, (0, time.time()))[1]

    async def check(self) -> bool:
        """Always there."""
        return True

    async def reset(self) -> int:
        """Forget every window."""
        forgotten = len(self._windows)
        self._windows.clear()
        return forgotten

    async def clear(self, key: str) -> None:
        """Forget one window."""
        self._windows.pop(key, None)


@dataclass
class ProcessCounter:
    """Counts in this process alone: each of several allows the whole number."""

    def __post_init__(self) -> None:
        self._windows = FixedWindowRateLimiter(ProcessMemory())

    async def hit(self, item: RateLimitItem, *identifiers: str) -> bool:
        """Count one more; whether it is within the limit."""
        return await self._windows.hit(item, *identifiers)

    async def get_window_stats(self, item: RateLimitItem, *identifiers: str) -> WindowStats:
        """When the window ends, and how many are left in it."""
        return await self._windows.get_window_stats(item, *identifiers)

    async def check(self) -> None:
        """It is there."""

    async def close(self) -> None:
        """Nothing is open."""


class SharedCounter:
    """Counts in a store that all processes share; while it is away, each counts for itself."""

    def __init__(self, url: str) -> None:
        # One client speaks to both; the servers do not differ in what is asked of them.
        address = url.replace("valkey", "redis", 1)
        # Few connections: in a burst, making one for each request takes longer than waiting.
        pool: Any = BlockingConnectionPool.from_url(
            address,
            max_connections=CONNECTIONS,
            timeout=STORE_SECONDS,
            socket_timeout=STORE_SECONDS,
            socket_connect_timeout=STORE_SECONDS,
        )
        self._client = Redis(connection_pool=pool)
        store = RedisStorage(
            f"async+{address}",
            wrap_exceptions=True,
            implementation="redispy",
            key_prefix="charter",
            connection_pool=pool,
        )
        self._shared = FixedWindowRateLimiter(store)
        self._own = ProcessCounter()
        self._away_until = 0.0

    async def hit(self, item: RateLimitItem, *identifiers: str) -> bool:
        """Count one more; whether it is within the limit."""
        if time.monotonic() >= self._away_until:
            try:
                return await self._shared.hit(item, *identifiers)
            except StorageError as away:
                self._leave_alone(away)
        return await self._own.hit(item, *identifiers)

    async def get_window_stats(self, item: RateLimitItem, *identifiers: str) -> WindowStats:
        """When the window ends, and how many are left in it."""
        if time.monotonic() >= self._away_until:
            try:
                return await self._shared.get_window_stats(item, *identifiers)
            except StorageError as away:
                self._leave_alone(away)
        return await self._own.get_window_stats(item, *identifiers)

    def _leave_alone(self, away: StorageError) -> None:
        reason = type(away.storage_error).__name__
        log.warning("the store of rate limits is away; each process counts alone", reason=reason)
        self._away_until = time.monotonic() + PAUSE_SECONDS

    async def check(self) -> None:
        """Ask the store for a sign of life. Raises: what the client says."""
        await self._client.ping()

    async def close(self) -> None:
        """Close the connections."""
        await self._client.connection_pool.disconnect()


def open_counter(url: str | None) -> ProcessCounter | SharedCounter:
    """What counts requests: in the store of a URL, or without one in this process.

    Raises: SettingsProblem, for a URL of another kind.
    """
    if url is None:
        return ProcessCounter()
    try:
        parts = urlsplit(url)
        is_sound = parts.scheme in SCHEMES and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_sound = False
    if not is_sound:
        raise SettingsProblem(
            "The store of rate limits must be a URL like redis://:password@host:6379/0 "
            f"({', '.join(SCHEMES)})."
        )
    return SharedCounter(url)
