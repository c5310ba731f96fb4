"""The floor: a bare ASGI callable on the same server, with the same statements by the same driver.

`python -m bench.floor PORT SCRIPTS` with DATABASE_URL in the environment.
"""

import os
import pickle
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from uvicorn import Server

from bench.recording import Script
from charter.cli.dev import server_config
from charter.cli.listening import bind
from charter.kernel.db import Database

Message = MutableMapping[str, Any]
SIGNED_BYTES = 600
"""About the length of a session token's header and claims."""


class Floor:
    """Answers a path by its script, and does nothing else."""

    def __init__(self, url: str, scripts: dict[str, Script]) -> None:
        self._database = Database(url)
        self._scripts = scripts
        self._key = rsa.generate_private_key(65537, 2048)
        self._scheme = padding.PKCS1v15(), hashes.SHA256()
        self._signed = b"x" * SIGNED_BYTES
        self._answers = {each.answer_bytes: _answer(each.answer_bytes) for each in scripts.values()}

    async def __call__(
        self,
        scope: Message,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        """One request, or the beginning and end of the server."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        script = self._scripts[scope["path"]]
        pool = self._database.pool
        for read in script.reads:
            connection = await pool.acquire()
            try:
                await getattr(connection, read.method)(read.sql, *read.arguments)
            finally:
                await pool.release(connection)
        if script.signs:
            self._key.sign(self._signed, *self._scheme)
        start, body = self._answers[script.answer_bytes]
        await send(start)
        await send(body)

    async def _live(
        self,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        await receive()
        await self._database.open()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._database.close()
        await send({"type": "lifespan.shutdown.complete"})


def _answer(size: int) -> tuple[Message, Message]:
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % size)]
    start = {"type": "http.response.start", "status": 200, "headers": headers}
    return start, {"type": "http.response.body", "body": b"x" * size}


def main(port: int, scripts: Path) -> None:
    """Serve until stopped."""
    app = Floor(os.environ["DATABASE_URL"], pickle.loads(scripts.read_bytes()))
    with bind("127.0.0.1", port) as listener:
        Server(server_config(app)).run(sockets=[listener])


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
