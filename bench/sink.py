"""A server that takes every request and answers 200: `python -m bench.sink PORT`."""

import asyncio
import sys
from typing import Any

import uvloop

ANSWER = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"
LENGTH = b"content-length:"


class Sink(asyncio.Protocol):
    """Counts bytes and answers; what is in them is nobody's business here."""

    def __init__(self) -> None:
        self._transport: Any = None
        self._waiting = b""

    def connection_made(self, transport: Any) -> None:
        """Keep the way back."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer as many requests as came whole."""
        self._waiting += data
        while (end := self._waiting.find(b"\r\n\r\n")) >= 0:
            head = self._waiting[:end].lower()
            at = head.find(LENGTH)
            size = int(head[at + len(LENGTH) :].split(b"\r\n")[0]) if at >= 0 else 0
            if len(self._waiting) < end + 4 + size:
                return
            self._waiting = self._waiting[end + 4 + size :]
            self._transport.write(ANSWER)


async def main(port: int) -> None:
    """Serve until the process is ended."""
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1])))
