"""Small caches of this process for what every request needs; never older than a second.

A second is what a revoked key or a changed setting may live on, on every node, without any
message between nodes. Size is bounded, so a flood of new names cannot grow memory.
"""

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

LIFETIME_SECONDS = 1.0
SIZE = 4096


class Cache(Generic[Key, Value]):
    """Remembers what `load` gave for a key, for a second. None is not remembered."""

    def __init__(self, load: Callable[[Key], Awaitable[Value]]) -> None:
        self._load = load
        self._kept: OrderedDict[Key, tuple[float, Value]] = OrderedDict()

    def fresh(self, key: Key) -> Value | None:
        """The value for a key if it is remembered and fresh, else None."""
        kept = self._kept.get(key)
        if kept is not None and time.monotonic() - kept[0] < LIFETIME_SECONDS:
            return kept[1]
        return None

    async def get(self, key: Key) -> Value:
        """The value for a key, loaded when it is not fresh."""
        known = self.fresh(key)
        if known is not None:
            return known
        asked_at = time.monotonic()
        value = await self._load(key)
        if value is None:
            self._kept.pop(key, None)
        else:
            self._kept[key] = (asked_at, value)
            self._kept.move_to_end(key)
            if len(self._kept) > SIZE:
                self._kept.popitem(last=False)
        return value

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()
