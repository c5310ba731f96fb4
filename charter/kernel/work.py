"""CPU-heavy functions run in a few threads, off the event loop, and only so many at once."""

import asyncio
import os
import sys
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TypeVar, TypeVarTuple

from charter.kernel.errors import Unavailable

T = TypeVar("T")
Arguments = TypeVarTuple("Arguments")

WAITING_PER_WORKER = 32
"""How many calls may wait for each worker. At 30 ms a hash the last of them waits one second."""

NICENESS = 10
"""How far workers stand back behind the event loop, from 0 to 19."""


class Busy(Unavailable):
    """The pool runs all it may and its queue is full; try again after `retry_after_seconds`."""

    code = "busy"
    message = "The server is busy. Try again in a moment."

    def __init__(self, parameter: str | None = None, *, retry_after_seconds: int = 1) -> None:
        super().__init__(parameter)
        self.retry_after_seconds = retry_after_seconds


class WorkPool:
    """Threads for password hashes and images, with a bounded queue before them.

    At most `workers` functions run at once, so memory is at most `workers` times the cost of
    one. At most `waiting` more are kept; one beyond that is refused at once, because a
    queue without an end turns a flood into a delay for everybody.

    `workers` is 1 or more, the number of cores by default; `waiting` is 0 or more, by default
    `WAITING_PER_WORKER` for each worker. Functions that release the interpreter's lock (argon2,
    bcrypt, PBKDF2, scrypt, Pillow) use all the workers; others still leave the event loop free.
    """

    def __init__(
        self,
        workers: int | None = None,
        *,
        waiting: int | None = None,
        retry_after_seconds: int = 1,
    ) -> None:
        self.workers = workers if workers is not None else _cores()
        if waiting is None:
            waiting = WAITING_PER_WORKER * self.workers
        self.capacity = self.workers + waiting
        self._retry_after_seconds = retry_after_seconds
        self._executor = ThreadPoolExecutor(
            self.workers, thread_name_prefix="charter-work", initializer=_stand_back
        )
        self._lock = threading.Lock()
        self._admitted = 0
        # One more than there are workers: it reads what it needs while they are busy.
        self._turns = asyncio.Semaphore(self.workers + 1)
        self._in_line = 0

    @property
    def admitted(self) -> int:
        """How many calls run or wait at this moment."""
        return self._admitted

    def check_room(self) -> None:
        """Refuse now what `run` would refuse, before anything else is done for it.

        Raises: Busy, when the queue is full at this moment.
        """
        if self._admitted >= self.capacity:
            raise Busy(retry_after_seconds=self._retry_after_seconds)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a turn, for a call that does more than one piece of work around statements.

        Those who wait do nothing and hold nothing: a crowd that came at once would otherwise do
        all its reading at once, and everybody else's reads would stand behind it.
        Raises: Busy, when as many wait as may.
        """
        if self._in_line >= self.capacity:
            raise Busy(retry_after_seconds=self._retry_after_seconds)
        self._in_line += 1
        try:
            async with self._turns:
                yield
        finally:
            self._in_line -= 1

    async def run(self, function: Callable[[*Arguments], T], *arguments: *Arguments) -> T:
        """Run the function in a worker and give its result, or raise what it raised.

        A caller that is cancelled while waiting leaves the queue. One that is cancelled while
        its function runs leaves at once, but keeps its place until the function ends: a
        thread cannot be stopped, and its memory is still in use.

        Raises: Busy, when the queue is full or the pool is closed.
        """
        return await asyncio.wrap_future(self._submit(function, *arguments))

    async def close(self) -> None:
        """Refuse new calls, cancel those that wait, and wait for those that run."""
        await asyncio.to_thread(self._executor.shutdown, wait=True, cancel_futures=True)

    def _submit(self, function: Callable[[*Arguments], T], *arguments: *Arguments) -> Future[T]:
        with self._lock:
            if self._admitted >= self.capacity:
                raise Busy(retry_after_seconds=self._retry_after_seconds)
            self._admitted += 1
        try:
            future = self._executor.submit(function, *arguments)
        except RuntimeError as error:  # all that submit raises: the pool was closed
            self._leave()
            raise Busy(retry_after_seconds=self._retry_after_seconds) from error
        # Called once when the function ends, fails, or is cancelled before it began.
        future.add_done_callback(self._leave)
        return future

    def _leave(self, _future: "Future[T] | None" = None) -> None:
        with self._lock:
            self._admitted -= 1


def _stand_back() -> None:
    """Let the event loop have a core the moment it wants one, however many hashes run.

    Linux keeps a niceness for each thread; elsewhere it would be the whole process's.
    """
    if sys.platform == "linux":
        thread = threading.get_native_id()
        own = os.getpriority(os.PRIO_PROCESS, thread)
        os.setpriority(os.PRIO_PROCESS, thread, min(19, own + NICENESS))


def _cores() -> int:
    """The number of cores this process may use, which a container may have limited."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
