"""What work costs in processor time, whatever else runs beside it."""

import gc
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

TIMES = 3


@contextmanager
def _counting(found: list[float]) -> Iterator[None]:
    """The collector waits: what earlier tests left would be looked through at this one's cost."""
    gc.disable()
    begun = time.thread_time()
    try:
        yield
    finally:
        found.append(time.thread_time() - begun)
        gc.enable()


def cost(work: Callable[[], object], times: int = TIMES) -> float:
    """The seconds that some work takes, at the best of some times."""
    found: list[float] = []
    for _ in range(times):
        with _counting(found):
            work()
    return min(found)


async def cost_of_awaiting(work: Callable[[], Awaitable[object]], times: int = TIMES) -> float:
    """The seconds that the event loop spends on some work, at the best of some times."""
    found: list[float] = []
    for _ in range(times):
        with _counting(found):
            await work()
    return min(found)
