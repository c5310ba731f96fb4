"""A small HTTP client in a process of its own: steady load, paced reads, a storm of sign-ins.

`python -m bench.client steady|paced|storm|tabs|once|alone PORT REQUESTS.json SECONDS` prints one
line of JSON.
"""

import asyncio
import gc
import itertools
import json
import random
import sys
import time
from pathlib import Path

import uvloop

CONNECTIONS = 8
READS_PER_SECOND = 100
TABS, TAB_SECONDS = 10_000, 50
"""Open tabs, and how often each of them asks for a token."""
SIGN_INS = 200
"""Parallel callers of the storm."""


class Connection:
    """One kept connection; one request at a time."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        """The status and the head of the answer, with all names in lower case."""
        if self._reader is not None and self._writer is not None:
            try:
                return await _ask(self._reader, self._writer, request)
            except (asyncio.IncompleteReadError, ConnectionError):
                self._writer.close()  # the server closes what has been idle for some seconds
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        return await _ask(self._reader, self._writer, request)

    def close(self) -> None:
        """Close it."""
        if self._writer is not None:
            self._writer.close()


async def _ask(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes
) -> tuple[int, bytes]:
    writer.write(request)
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = _header(head, b"content-length")
    if length:
        await reader.readexactly(int(length))
    return int(head[9:12]), head


def _header(head: bytes, name: bytes) -> bytes:
    return head.partition(b"\r\n" + name + b": ")[2].partition(b"\r\n")[0]


async def steady(port: int, requests: list[bytes], seconds: float) -> dict[str, float]:
    """As many requests as are answered over `CONNECTIONS` connections."""
    turn = itertools.cycle(requests)
    counts = {"requests": 0, "errors": 0}
    begun = time.monotonic()

    async def caller() -> None:
        connection = Connection(port)
        while time.monotonic() - begun < seconds:
            status, _ = await connection.ask(next(turn))
            counts["requests"] += 1
            counts["errors"] += status >= 400
        connection.close()

    await asyncio.gather(*(caller() for _ in range(CONNECTIONS)))
    return {**counts, "seconds": time.monotonic() - begun}


async def paced(
    port: int, requests: list[bytes], seconds: float, per_second: int = READS_PER_SECOND
) -> dict[str, float]:
    """Requests at fixed moments, each timed from the moment it was due."""
    turn = itertools.cycle(requests)
    free = [Connection(port) for _ in range(CONNECTIONS)]
    taken_ms: list[float] = []
    errors = 0

    async def read(due: float) -> None:
        nonlocal errors
        connection = free.pop() if free else Connection(port)
        status, _ = await connection.ask(next(turn))
        taken_ms.append((time.monotonic() - due) * 1000)
        errors += status >= 400
        free.append(connection)

    for _ in range(2 * CONNECTIONS):
        await read(time.monotonic())
    taken_ms.clear()
    begun = time.monotonic()
    async with asyncio.TaskGroup() as group:
        for number in range(int(seconds * per_second)):
            due = begun + number / per_second
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            group.create_task(read(due))
    taken_ms.sort()
    return {
        "requests": len(taken_ms),
        "errors": errors,
        "p50_ms": taken_ms[len(taken_ms) // 2],
        "p99_ms": taken_ms[len(taken_ms) * 99 // 100],
    }


async def storm(port: int, requests: list[bytes], seconds: float) -> dict[str, float]:
    """SIGN_INS callers at once, each asking again and again.

    A refused one waits as long as it is told and a random part of that again, as clients do, so
    that they do not all come back in the same instant.
    """
    turn = itertools.cycle(requests)
    counts = {"answered": 0, "refused": 0, "errors": 0}
    begun = time.monotonic()

    async def caller() -> None:
        connection = Connection(port)
        while time.monotonic() - begun < seconds:
            status, head = await connection.ask(next(turn))
            if status == 503:
                counts["refused"] += 1
                told = float(_header(head, b"retry-after") or 1)
                await asyncio.sleep(told * (1 + random.random()))
            else:
                counts["answered" if status == 200 else "errors"] += 1
        connection.close()

    callers = [asyncio.create_task(caller()) for _ in range(SIGN_INS)]
    await asyncio.wait(callers, timeout=seconds + 5)
    return {**counts, "seconds": time.monotonic() - begun}


async def tabs(port: int, requests: list[bytes], seconds: float) -> dict[str, float]:
    """What TABS open tabs ask for: each wants a token every TAB_SECONDS."""
    return await paced(port, requests, seconds, TABS // TAB_SECONDS)


async def once(port: int, requests: list[bytes], seconds: float) -> dict[str, float]:
    """Each request once, over a few connections; `seconds` is the most it may take."""
    left = iter(requests)
    counts = {"requests": 0, "errors": 0}
    begun = time.monotonic()

    async def caller() -> None:
        connection = Connection(port)
        for request in left:
            status, _ = await connection.ask(request)
            counts["requests"] += 1
            counts["errors"] += status >= 400
            if time.monotonic() - begun > seconds:
                break
        connection.close()

    await asyncio.gather(*(caller() for _ in range(CONNECTIONS)))
    return {**counts, "seconds": time.monotonic() - begun}


async def alone(port: int, requests: list[bytes], seconds: float) -> dict[str, float]:
    """One request after another, each asked when the one before is answered."""
    turn = itertools.cycle(requests)
    connection = Connection(port)
    taken_ms: list[float] = []
    errors = 0
    begun = time.monotonic()
    while time.monotonic() - begun < seconds:
        asked = time.monotonic()
        status, _ = await connection.ask(next(turn))
        taken_ms.append((time.monotonic() - asked) * 1000)
        errors += status >= 400
    connection.close()
    taken_ms.sort()
    return {
        "requests": len(taken_ms),
        "errors": errors,
        "p50_ms": taken_ms[len(taken_ms) // 2],
    }


def main(kind: str, port: str, path: str, seconds: str) -> None:
    """Run one kind of load and print what it did."""
    requests = [text.encode() for text in json.loads(Path(path).read_text())]
    gc.disable()  # a pause of ours is not the server's
    work = {each.__name__: each for each in (steady, paced, storm, tabs, once, alone)}[kind]
    print(json.dumps(uvloop.run(work(int(port), requests, float(seconds)))))


if __name__ == "__main__":
    main(*sys.argv[1:])
