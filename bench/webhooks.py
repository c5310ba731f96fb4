"""Measures the delivery of webhooks against a bare loop that posts the same bodies."""

import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median

from bench.load import run_json
from bench.processes import free_port, python

MESSAGES, ROUNDS = 2000, 5
START_SECONDS = 30.0


@dataclass(frozen=True)
class Webhooks:
    """CPU microseconds of a delivery, database included, and of a bare post.

    `share` is the part of the bare loop's deliveries per CPU second that is reached.
    """

    delivery_us: float
    bare_us: float
    share: float

    @property
    def per_cpu_second(self) -> float:
        """Deliveries for each second of CPU."""
        return 1e6 / self.delivery_us


def measure_webhooks(environment: Mapping[str, str], postgres_pid: int, *, quick: bool) -> Webhooks:
    """Deliver messages that wait, then post them bare, round after round."""
    print("Measuring webhooks …", flush=True)
    port = free_port()
    count, rounds = (500, 2) if quick else (MESSAGES, ROUNDS)
    with _sink(port):
        found = run_json(
            python("bench.delivering", str(port), str(count), str(rounds), str(postgres_pid)),
            {**environment, "CHARTER_PRIVATE_ADDRESSES": "true"},
        )
    pairs = list(zip(found["ours"], found["bare"], strict=True))
    return Webhooks(
        delivery_us=median(ours for ours, _ in pairs),
        bare_us=median(bare for _, bare in pairs),
        share=median(bare / ours for ours, bare in pairs),
    )


@contextmanager
def _sink(port: int) -> Iterator[None]:
    started = subprocess.Popen(python("bench.sink", str(port)))
    try:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
        yield
    finally:
        started.terminate()
        started.wait()
