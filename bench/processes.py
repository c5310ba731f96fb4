"""Server processes as they run in production, and the CPU time that they and PostgreSQL take."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

START_SECONDS = 30.0
STOP_SECONDS = 5.0


@dataclass(frozen=True)
class Running:
    """A server process that answers on a port of this machine."""

    process: psutil.Process
    port: int

    def cpu_seconds(self) -> float:
        """User and system time that it has taken so far."""
        return cpu_seconds(self.process)


def cpu_seconds(process: psutil.Process) -> float:
    """User and system time of a process and all its children, those that have ended included."""
    own = process.cpu_times()
    total = own.user + own.system + own.children_user + own.children_system
    for child in process.children():
        try:
            total += cpu_seconds(child)
        except psutil.NoSuchProcess:
            continue  # it ended between the two calls; its parent counts it the next time
    return float(total)


@contextmanager
def running(
    command: list[str], environment: Mapping[str, str], port: int, log: Path
) -> Iterator[Running]:
    """Run a server until the end of the block. Raises: RuntimeError, when it does not start."""
    with log.open("wb") as out:
        started = subprocess.Popen(command, env={**environment}, stdout=out, stderr=out)
    try:
        _await(started, port, log)
        yield Running(psutil.Process(started.pid), port)
    finally:
        started.terminate()
        try:
            started.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()


def _await(started: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        if started.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"A server did not start: {log.read_text()[-2000:]}")
        try:
            # The socket listens before the application is ready, so an answer is waited for.
            with socket.create_connection(("127.0.0.1", port), 1) as connection:
                connection.settimeout(START_SECONDS)
                connection.sendall(b"GET /v1/jwks HTTP/1.1\r\nHost: bench\r\n\r\n")
                if connection.recv(1):
                    return
        except OSError:
            time.sleep(0.05)


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def python(module: str, *arguments: str) -> list[str]:
    """The command that runs a module with this Python."""
    return [sys.executable, "-m", module, *arguments]


def base_environment() -> dict[str, str]:
    """What a process needs of ours; none of our settings."""
    kept = ("PATH", "HOME", "LANG", "LC_ALL", "PYTHONPATH", "TMPDIR")
    return {name: os.environ[name] for name in kept if name in os.environ}
