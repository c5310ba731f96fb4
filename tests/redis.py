"""A Redis of a test's own."""

import shutil
import socket
import subprocess
import time
from contextlib import contextmanager

import pytest

from tests.processes import free_port

START_SECONDS = 10


def redis_server() -> str:
    """Where the server is."""
    found = shutil.which("redis-server") or shutil.which("valkey-server")
    if found is None:
        pytest.skip("Shared rate limits need a Redis or Valkey: apt install redis-server")
    return found


@contextmanager
def running_redis(port: int | None = None):
    """Its URL; it keeps nothing and is gone at the end."""
    port = port or free_port()
    command = [redis_server(), "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            _wait_for(port)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            process.kill()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            assert time.monotonic() < deadline, "the store did not start"
            time.sleep(0.05)
        else:
            return
