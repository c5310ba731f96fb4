"""Runs the command as a person would, in a process of its own."""

import os
import re
import signal
import subprocess
import sys
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
    return {**kept, "PYTHONUNBUFFERED": "1", "NO_PROXY": "*", **more}


class Server:
    """A running `charter dev`."""

    def __init__(self, process: subprocess.Popen[str], welcome: str) -> None:
        self.process = process
        self.welcome = welcome
        self.url = re.search(r"Backend API\s+(\S+)/v1", welcome)[1]
        self.secret_key = re.search(r"Secret key\s+(\S+)", welcome)[1]
        self.children = psutil.Process(process.pid).children(recursive=True)

    def postgres(self) -> psutil.Process:
        return next(child for child in self.children if child.name() == "postgres")

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
            lines = []
            for line in process.stdout:
                lines.append(line)
                if "Ctrl-C" in line:
                    break
            else:
                pytest.fail("it did not start: " + "".join(lines))
            yield Server(process, "".join(lines))
        finally:
            process.kill()


@pytest.fixture
def dev():
    """Start `charter dev` over a folder: `with dev(folder) as server`."""
    return started


@pytest.fixture
def charter(tmp_path):
    """Run a command to its end in an empty folder."""

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*COMMAND, *arguments],
            cwd=tmp_path,
            env=clean_environment(**environment),
            capture_output=True,
            text=True,
            timeout=START_SECONDS,
            check=False,
        )

    return run
