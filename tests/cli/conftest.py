"""Runs the command as a person would, in a process of its own."""

import subprocess

import pytest

from tests.processes import COMMAND, START_SECONDS, clean_environment, started


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
