"""Measures CPU time for each request, server and floor and sizes in turn, and takes medians."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

import psutil

from bench.load import Load
from bench.processes import Running, cpu_seconds


@dataclass(frozen=True)
class Cost:
    """CPU microseconds of one request."""

    server_us: float
    database_us: float
    per_second: float

    @property
    def total_us(self) -> float:
        """Of the server and the database together."""
        return self.server_us + self.database_us


@dataclass(frozen=True)
class Side:
    """One of the processes that are compared, with its requests."""

    process: Running
    load: Load


@dataclass(frozen=True)
class Compared:
    """The rounds of one operation: costs by side, the same rounds in the same order."""

    rounds: Mapping[str, tuple[Cost, ...]]

    def cost(self, side: str) -> Cost:
        """The medians of a side."""
        rounds = self.rounds[side]
        return Cost(
            median(each.server_us for each in rounds),
            median(each.database_us for each in rounds),
            median(each.per_second for each in rounds),
        )

    def ratio(self, of: str, to: str) -> float:
        """How many times the CPU of one side the other takes: the median over the rounds.

        Within a round both met the same machine.
        """
        pairs = zip(self.rounds[of], self.rounds[to], strict=True)
        return median(one.total_us / other.total_us for one, other in pairs)


def compare(
    sides: Mapping[str, Side], postgres: psutil.Process, *, rounds: int, seconds: float
) -> Compared:
    """Load the sides in turn, round after round. Raises: RuntimeError, when one answers errors."""
    found: dict[str, list[Cost]] = {name: [] for name in sides}
    for side in sides.values():
        measure(side, postgres, 1)  # connections, prepared statements, warm memory
    names: Sequence[str] = list(sides)
    for number in range(rounds):
        # Forwards and backwards, so that no side always follows the same other.
        for name in names if number % 2 == 0 else reversed(names):
            found[name].append(measure(sides[name], postgres, seconds))
    return Compared({name: tuple(costs) for name, costs in found.items()})


def measure(side: Side, postgres: psutil.Process, seconds: float) -> Cost:
    """Load one side for so long. Raises: RuntimeError, when it answers errors."""
    server_before, database_before = side.process.cpu_seconds(), cpu_seconds(postgres)
    loaded = side.load.run(side.process.port, seconds)
    server_after, database_after = side.process.cpu_seconds(), cpu_seconds(postgres)
    if loaded.errors or not loaded.requests:
        raise RuntimeError(f"{loaded.errors} errors in {loaded.requests} requests: {side}")
    return Cost(
        (server_after - server_before) * 1e6 / loaded.requests,
        (database_after - database_before) * 1e6 / loaded.requests,
        loaded.requests / loaded.seconds,
    )
