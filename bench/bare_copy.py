"""A bare copy: an ASGI callable that writes a body to a file, and a file to a body.

`python -m bench.bare_copy PORT FOLDER`. Nothing is checked or hashed; a file that is written is on
the disk when the answer comes, as the server's is.
"""

import os
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

from uvicorn import Server

from charter.cli.dev import server_config
from charter.cli.listening import bind

Message = MutableMapping[str, Any]
CHUNK = 1024 * 1024


class BareCopy:
    """One file, put and got."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "bare"

    async def __call__(
        self,
        scope: Message,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        """One request, or the beginning and end of the server."""
        if scope["type"] == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
        elif scope["method"] == "PUT":
            with self._file.open("wb") as file:  # as plain as can be
                has_more = True
                while has_more:
                    message = await receive()
                    file.write(message.get("body", b""))
                    has_more = message.get("more_body", False)
                file.flush()
                os.fsync(file.fileno())
            await _start(send, 0)
            await send({"type": "http.response.body"})
        else:
            # Nothing is there yet when the server is first asked whether it answers.
            path = self._file if self._file.exists() else Path("/dev/null")
            await _start(send, path.stat().st_size)
            with path.open("rb") as file:
                while data := file.read(CHUNK):
                    await send({"type": "http.response.body", "body": data, "more_body": True})
            await send({"type": "http.response.body"})


async def _start(send: Callable[[Message], Awaitable[None]], size: int) -> None:
    headers = [(b"content-length", b"%d" % size)]
    await send({"type": "http.response.start", "status": 200, "headers": headers})


if __name__ == "__main__":
    with bind("127.0.0.1", int(sys.argv[1])) as listener:
        Server(server_config(BareCopy(Path(sys.argv[2])))).run(sockets=[listener])
