"""CPU-heavy functions run in a few threads, off the event loop, and only so many at once."""

import asyncio
import os
import sys
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar, TypeVarTuple

from charter.kernel.errors import Unavailable
from charter.kernel.fairness import FairLine

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

    Parties (instances) take turns: a crowd of one waits behind itself, and where the queue is full
    the last of the longest line is refused instead of somebody of a shorter one.

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
        self._line: FairLine[_Piece] = FairLine()
        self._admitted = self._running = 0
        self._is_closed = False
        self.turns = Turns(min(self.workers + 1, self.capacity), self.capacity, self._busy)

    @property
    def admitted(self) -> int:
        """How many calls run or wait at this moment."""
        return self._admitted

    def of(self, party: str) -> "Work":
        """The pool, as one party uses it."""
        return Work(self, party)

    async def run(self, function: Callable[[*Arguments], T], *arguments: *Arguments) -> T:
        """Run the function for no party in particular; as `Work.run`."""
        return await self.of("").run(function, *arguments)

    async def close(self) -> None:
        """Refuse new calls, cancel those that wait, and wait for those that run."""
        with self._lock:
            self._is_closed = True
            waiting = [self._line.take() for _ in range(len(self._line))]
        for piece in waiting:
            piece.future.cancel()
        await asyncio.to_thread(self._executor.shutdown, wait=True)

    def submit(self, piece: "_Piece") -> None:
        """Let a piece of work in. Raises: Busy."""
        with self._lock:
            pushed_out = None
            if self._admitted >= self.capacity:
                pushed_out = self._line.push_out(piece.party)
            if self._is_closed or (self._admitted >= self.capacity and pushed_out is None):
                raise self._busy()
            self._admitted += 1
            self._line.join(piece.party, piece)
            begins = self._running < self.workers
            self._running += begins
        # Called once when the function ends, fails, or is cancelled before it began.
        piece.future.add_done_callback(lambda _: self._leave(piece))
        if pushed_out is not None:
            pushed_out.future.set_exception(self._busy())
        if begins:
            self._executor.submit(self._work)

    def check_room(self, party: str) -> None:
        """As `Work.check_room`."""
        with self._lock:
            if self._admitted >= self.capacity and not self._line.would_push_out(party):
                raise self._busy()

    def _work(self) -> None:
        """In a worker: one piece after another, until nobody waits."""
        while True:
            with self._lock:
                if not self._line:
                    self._running -= 1
                    return
                piece = self._line.take()
            piece.run()

    def _leave(self, piece: "_Piece") -> None:
        with self._lock:
            self._line.leave(piece.party, piece)
            self._admitted -= 1

    def _busy(self) -> Busy:
        return Busy(retry_after_seconds=self._retry_after_seconds)


@dataclass(eq=False, slots=True)
class _Piece:
    """A call that runs or waits."""

    party: str
    function: Callable[[], Any]
    future: Future[Any] = field(default_factory=Future)

    def run(self) -> None:
        """Call the function, unless its caller has left."""
        if not self.future.set_running_or_notify_cancel():
            return
        try:
            result = self.function()
        except BaseException as error:  # noqa: BLE001  # it is the caller's
            self.future.set_exception(error)
        else:
            self.future.set_result(result)


class Turns:
    """Turns for calls that do more than one piece of work around statements.

    One more than there are workers: it reads what it needs while they are busy. Those who wait do
    nothing and hold nothing: a crowd that came at once would otherwise do all its reading at once,
    and everybody else's reads would stand behind it.
    """

    def __init__(self, count: int, capacity: int, busy: Callable[[], Busy]) -> None:
        self._free = count
        self._room = capacity - count
        self._busy = busy
        self._line: FairLine[asyncio.Future[None]] = FairLine()

    async def take(self, party: str) -> None:
        """Wait for a turn, which has to be passed on. Raises: Busy, when as many wait as may."""
        if self._free:
            self._free -= 1
            return
        if len(self._line) >= self._room:
            pushed_out = self._line.push_out(party)
            if pushed_out is None:
                raise self._busy()
            if not pushed_out.done():
                pushed_out.set_exception(self._busy())
        own = asyncio.get_running_loop().create_future()
        self._line.join(party, own)
        try:
            await own
        except asyncio.CancelledError:
            # The turn may have come at the moment when the caller left.
            was_given = own.done() and not own.cancelled() and own.exception() is None
            self._line.leave(party, own)
            if was_given:
                self.pass_on()
            raise

    def pass_on(self) -> None:
        """Give the turn to the next."""
        while self._line:
            following = self._line.take()
            if not following.done():  # as one is whose caller has left and not yet noticed
                following.set_result(None)
                return
        self._free += 1


@dataclass(frozen=True, slots=True)
class Work:
    """The pool, as one party uses it."""

    pool: WorkPool
    party: str

    async def run(self, function: Callable[[*Arguments], T], *arguments: *Arguments) -> T:
        """Run the function in a worker and give its result, or raise what it raised.

        A caller that is cancelled while waiting leaves the queue. One that is cancelled while
        its function runs leaves at once, but keeps its place until the function ends: a
        thread cannot be stopped, and its memory is still in use.

        Raises: Busy, when the queue is full, or becomes so by others who came less often, or the
            pool is closed.
        """
        piece = _Piece(self.party, partial(function, *arguments))
        self.pool.submit(piece)
        result: T = await asyncio.wrap_future(piece.future)
        return result

    def check_room(self) -> None:
        """Refuse now what `run` would refuse, before anything else is done for it.

        Raises: Busy, when the queue is full at this moment.
        """
        self.pool.check_room(self.party)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a turn of the party. Raises: Busy, when as many wait as may."""
        await self.pool.turns.take(self.party)
        try:
            yield
        finally:
            self.pool.turns.pass_on()


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
