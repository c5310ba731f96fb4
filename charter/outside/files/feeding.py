"""Gives data to a function that blocks, which takes one piece after another in threads."""

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor

MOST_WAITING = 2
"""Pieces that may wait while one is taken, so that the function never waits for the next."""


class Feed:
    """The pieces for one function, in their order. Of one event loop."""

    def __init__(self, threads: Executor, take: Callable[[bytes], None]) -> None:
        self._threads = threads
        self._take = take
        self._loop = asyncio.get_running_loop()
        self._lock = threading.Lock()
        self._waiting: deque[bytes] = deque()
        self._is_running = False
        self._run: asyncio.Future[None] | None = None
        self._taken = asyncio.Event()

    async def give(self, data: bytes) -> None:
        """Have data taken, as soon as there is room. Raises: what the function raised."""
        while len(self._waiting) >= MOST_WAITING:
            self._taken.clear()
            # It may have been taken, or have failed, in between.
            if self._run is not None and self._run.done():
                await self._run
            elif len(self._waiting) >= MOST_WAITING:
                await self._taken.wait()
        with self._lock:
            self._waiting.append(data)
            begins, self._is_running = not self._is_running, True
        if begins:
            self._run = self._loop.run_in_executor(self._threads, self._work)
            self._run.add_done_callback(lambda _: self._taken.set())

    async def end(self) -> None:
        """Wait until all is taken, though the caller is cancelled. Raises: as `give`."""
        if self._run is not None:
            await asyncio.shield(self._run)

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self._is_running = False
                    return
                data = self._waiting.popleft()
            self._take(data)
            self._loop.call_soon_threadsafe(self._taken.set)
