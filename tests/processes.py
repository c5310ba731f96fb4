"""The command in processes of its own, as a person runs it."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

COMMAND = [sys.executable, "-c", "from charter.cli import main; main(prog_name='charter')"]
START_SECONDS = 60


def clean_environment(**more: str) -> dict[str, str]:
    kept = {
        name: text
        for name, text in os.environ.items()
        if not name.startswith("CHARTER_") and name != "DATABASE_URL"
    }
    own = {"PYTHONUNBUFFERED": "1", "NO_PROXY": "*", "CHARTER_NPM_REGISTRY": "none"}
    return {**kept, **own, **more}


class Server:
    """A running `charter dev`, with all that it prints."""

    def __init__(self, process: subprocess.Popen[str], printed: list[str]) -> None:
        self.process = process
        self.printed = printed
        self.welcome = "".join(printed)
        self.url = re.search(r"Backend API\s+(\S+)/v1", self.welcome)[1]
        self.secret_key = re.search(r"Secret key\s+(\S+)", self.welcome)[1]
        self.children = psutil.Process(process.pid).children(recursive=True)
        # A pipe that nobody reads fills up, and the server waits for ever with its next line.
        threading.Thread(target=printed.extend, args=(process.stdout,), daemon=True).start()

    def postgres(self) -> psutil.Process:
        """The postmaster that runs now."""
        children = psutil.Process(self.process.pid).children()
        return next(child for child in children if child.name() == "postgres")

    def end(self, number: signal.Signals) -> float:
        """Send a signal and return the seconds until the process and its children are gone."""
        started = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(30)
        psutil.wait_procs(self.children, 30)
        return time.monotonic() - started

    def survivors(self) -> list[psutil.Process]:
        return [child for child in self.children if child.is_running()]


@contextmanager
def started(data: Path, *arguments: str, **environment: str):
    """Run `charter dev` over a folder until the block ends, then kill it."""
    command = [*COMMAND, "dev", "--port", "0", "--data", str(data), *arguments]
    with subprocess.Popen(
        command,
        cwd=data.parent,
        env=clean_environment(**environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            printed = []
            for line in process.stdout:
                printed.append(line)
                if "Ctrl-C" in line:
                    break
            else:
                pytest.fail("it did not start: " + "".join(printed))
            yield Server(process, printed)
        finally:
            process.kill()


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@contextmanager
def in_background(*arguments: str, **environment: str):
    """Run another command until the block ends, then kill it and its children."""
    with subprocess.Popen(
        [*COMMAND, *arguments],
        env=clean_environment(**environment),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            yield process
        finally:
            with contextlib.suppress(psutil.NoSuchProcess):
                for child in psutil.Process(process.pid).children(recursive=True):
                    child.kill()
            process.kill()
