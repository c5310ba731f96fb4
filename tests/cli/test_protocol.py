"""What comes before a body is bounded: strangers cannot fill the memory or hold connections."""

import asyncio

import pytest
import uvicorn

from charter.cli import protocol
from charter.cli.protocol import MAX_HEAD_BYTES, BoundedProtocol

HEAD = b"GET /v1/users HTTP/1.1\r\nHost: api.test\r\n"
pytestmark = pytest.mark.security("K7")


@pytest.fixture
async def port(app):
    """A server on a port, with the protocol of `charter serve`."""
    config = uvicorn.Config(
        app, http=BoundedProtocol, log_config=None, lifespan="off", port=0, access_log=False
    )
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    yield server.servers[0].sockets[0].getsockname()[1]
    await server.shutdown()


async def ask(port: int, *pieces: bytes) -> bytes:
    """All that is answered until the connection ends."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for piece in pieces:
        writer.write(piece)
        await writer.drain()
        await asyncio.sleep(0.05)
    answer = await asyncio.wait_for(reader.read(), 5)
    writer.close()
    return answer


async def test_a_head_of_the_usual_size_is_answered(port):
    pieces = [HEAD[:10], HEAD[10:], b"X: " + b"a" * 20_000, b"\r\nConnection: close\r\n\r\n"]
    assert (await ask(port, *pieces)).startswith(b"HTTP/1.1 401")


@pytest.mark.parametrize("line", [b"X: " + b"a" * 1000, b"a" * 1000], ids=["many", "one"])
async def test_a_head_without_an_end_is_refused(port, line):
    end = b"\r\n" if line.startswith(b"X: ") else b""
    start = HEAD if end else HEAD + b"X: "
    pieces = [start, *[(line + end) * 16] * (MAX_HEAD_BYTES // 16_000 + 2)]
    answer = await ask(port, *pieces)
    assert answer.startswith(b"HTTP/1.1 400")


async def test_many_requests_on_one_connection_are_not_taken_for_one_head(port):
    request = HEAD + b"X: " + b"a" * 4000 + b"\r\n\r\n"
    last = HEAD + b"Connection: close\r\n\r\n"
    answer = await ask(port, *[request] * 30, last)
    assert answer.count(b"HTTP/1.1 401") == 31


async def test_a_body_is_none_of_its_business(port):
    body = b" " * 200_000
    head = (
        b"POST /v1/users HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 200000\r\n\r\n"
    )
    answer = await ask(port, head, body[:100_000], body[100_000:])
    assert answer.startswith(b"HTTP/1.1 401")


async def test_a_head_that_does_not_come_ends_the_connection(port, monkeypatch):
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.2)
    assert await ask(port) == b""
    assert await ask(port, HEAD) == b""


async def test_a_version_that_nobody_speaks_is_refused(port):
    assert (await ask(port, b"GET /v1/users\r\n\r\n")).startswith(b"HTTP/1.1 400")
