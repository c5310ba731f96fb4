"""What browser tests need of the machine, and what to say where it is missing."""

import fcntl
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from charter.cli.scripts import fetch_missing
from charter.outside.packages import PackageAway
from charter.settings import Settings

BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
NODE = (20, 19)
"""What the bundlers of the examples need."""
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "charter-tests"


def chromium() -> str:
    """Where Chromium is."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    return found or _skip("Chromium", "apt install chromium")


def npm() -> str:
    """Where npm is; it comes with Node."""
    found, node = shutil.which("npm"), shutil.which("node")
    if not found or not node:
        return _skip("Node", "apt install nodejs npm")
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    version = tuple(int(part) for part in said.strip().lstrip("v").split("."))
    if version < NODE:
        _skip(f"Node 20.19 or newer (here is {said.strip()})", "see nodejs.org")
    return found


def scripts_folder() -> Path:
    """The browser scripts, fetched into the user's cache once."""
    settings = Settings(data=CACHE)
    try:
        with alone("scripts"):
            fetch_missing(settings)
    except PackageAway as away:
        pytest.skip(f"Browser tests need the browser scripts. {away}")
    return settings.scripts_folder


@contextmanager
def alone(name: str) -> Iterator[None]:
    """Let one process of the run at a time through."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _skip(name: str, command: str) -> str:
    pytest.skip(f"Browser tests need {name}; install it: {command}")
