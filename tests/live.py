"""A server that listens on a port, in a thread of its own, for clients that block."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import uvicorn

from charter import worker
from charter.bootstrap import InstanceKeys, new_instance
from charter.core.instances.model import Environment
from charter.kernel.platform import Platform
from charter.platform import create_platform
from charter.server import create_app
from charter.settings import Settings
from tests.observing import observe

START_SECONDS = 30


@dataclass(frozen=True)
class LiveServer:
    """Where the server listens, and an instance of its own on it."""

    url: str
    keys: InstanceKeys

    @property
    def frontend_url(self) -> str:
        return f"{self.url}/frontend"

    @property
    def secret_key(self) -> str:
        return self.keys.secret_key

    @property
    def publishable_key(self) -> str:
        return self.keys.publishable_key

    @property
    def jwt_key(self) -> str:
        return self.keys.jwt_key


class QuietServer(uvicorn.Server):
    """A server that leaves the signals to the test runner."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextmanager
def live(
    settings: Settings, host_name: str, *, with_worker: bool = False, **parts: Any
) -> Iterator[LiveServer]:
    """Serve while the block runs; every answer is held against its contract.

    with_worker: has a worker beside it, which does what is not done at once.
    """
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    url = f"http://localhost:{listener.getsockname()[1]}"
    own = replace(settings, api_url=url, frontend_url=url, app_url=url)
    ready: list[LiveServer] = []
    servers: list[QuietServer] = []

    async def serve() -> None:
        platform: Platform = create_platform(own, is_strict=True, **parts)
        await platform.database.open()
        keys = await new_instance(platform, "Live", Environment.DEVELOPMENT, host_name)
        app = create_app(own, platform=platform, observe=observe)
        server = QuietServer(
            uvicorn.Config(app, log_config=None, lifespan="off", timeout_graceful_shutdown=1)
        )
        servers.append(server)
        ready.append(LiveServer(url, keys))
        stop = asyncio.Event()
        working = asyncio.create_task(worker.work(platform, stop)) if with_worker else None
        await server.serve(sockets=[listener])
        stop.set()
        if working is not None:
            await working
        await platform.database.close()
        await platform.work.close()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    deadline = time.monotonic() + START_SECONDS
    while not (servers and servers[0].started):
        if time.monotonic() > deadline or not thread.is_alive():
            raise RuntimeError("the live server did not start")
        time.sleep(0.02)
    try:
        yield ready[0]
    finally:
        servers[0].should_exit = True
        thread.join(10)
        listener.close()
