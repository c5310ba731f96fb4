"""Records which statements the server runs for each request, so that the floor can run the same."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from bench.operations import Operation, Request
from bench.sizes import Drawn
from charter.kernel.db import Database
from charter.platform import create_platform
from charter.server import create_app
from charter.settings import Settings

READS = ("fetchrow", "fetch", "fetchval", "execute")


@dataclass(frozen=True)
class Read:
    """One call of the driver."""

    method: str
    sql: str
    arguments: tuple[Any, ...]


@dataclass(frozen=True)
class Script:
    """What the floor does for one request: its reads, and how many bytes it answers."""

    reads: tuple[Read, ...]
    answer_bytes: int
    signs: bool


class _Recorder:
    """A connection that writes down what is asked of it."""

    def __init__(self, connection: Any, reads: list[Read]) -> None:
        self.connection = connection
        self._reads = reads

    def __getattr__(self, name: str) -> Any:
        method = getattr(self.connection, name)
        if name not in READS:
            return method

        async def recorded(sql: str, *arguments: Any) -> Any:
            self._reads.append(Read(name, sql, arguments))
            return await method(sql, *arguments)

        return recorded


class RecordingDatabase(Database):
    """A database whose connections record."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.reads: list[Read] = []

    async def acquire(self) -> Any:
        """A recording connection."""
        return _Recorder(await super().acquire(), self.reads)

    async def release(self, connection: Any, *, is_clean: bool = False) -> None:
        """Give back the connection within."""
        await super().release(connection.connection, is_clean=is_clean)


async def record(
    settings: Settings, drawn: Drawn, operations: Sequence[Operation]
) -> dict[str, Script]:
    """The scripts of all requests by the floor's path, `/<operation>/<number>`.

    Raises: RuntimeError, when the server refuses a request that is to be measured.
    """
    asked = {
        each.name: (list(each.requests(drawn)), each.signs) for each in operations if each.has_floor
    }
    return await record_requests(settings, asked)


async def record_requests(
    settings: Settings, asked: Mapping[str, tuple[Sequence[Request], bool]]
) -> dict[str, Script]:
    """The scripts of requests by name, each with whether it makes a signature.

    Raises: RuntimeError, when the server refuses one.
    """
    database = RecordingDatabase(settings.database_url or "")
    settings = dataclasses.replace(settings, log_level="error")  # the terminal is not for requests
    platform = create_platform(settings, database=database)
    await database.open()
    scripts: dict[str, Script] = {}
    try:
        app: Any = create_app(settings, platform=platform)
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://bench") as client:
            for name, (requests, signs) in asked.items():
                for number, request in enumerate(requests):
                    reads, size = await _least(client, database, request)
                    scripts[f"/{name}/{number}"] = Script(reads, size, signs)
    finally:
        await database.close()
        await platform.work.close()
    return scripts


async def _least(
    client: httpx.AsyncClient, database: RecordingDatabase, request: Request
) -> tuple[tuple[Read, ...], int]:
    """The fewest reads of two askings: the caches of the server are warm in at least one."""
    found: list[tuple[Read, ...]] = []
    for _ in range(2):
        database.reads.clear()
        answer = await client.request(
            request.method, request.path, headers=request.headers, content=request.body or None
        )
        if answer.status_code >= 400:
            raise RuntimeError(f"{request.method} {request.path}: {answer.text}")
        found.append(tuple(database.reads))
    return min(found, key=len), len(answer.content)
