"""The examples, installed from their locks and started as their READMEs say."""

import hashlib
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from charter.cli.env import NAMES, facts, quoted
from charter.settings import Settings
from tests.browser import machine
from tests.live import LiveServer
from tests.processes import clean_environment, free_port

EXAMPLES = Path(__file__).parents[2] / "examples"
MADE_ELSEWHERE = shutil.ignore_patterns("node_modules", "dist", ".next", ".env*")
INSTALL_SECONDS = 240
START_SECONDS = 60
QUIET = {"NEXT_TELEMETRY_DISABLED": "1", "npm_config_update_notifier": "false"}


@contextmanager
def example(name: str, server: LiveServer, folder: Path) -> Iterator[str]:
    """Build and start an example against a server while the block runs; its address."""
    copy = installed(name, folder)
    known = facts(Settings(api_url=server.url), server.keys)
    lines = [f"{variable}={quoted(known[fact])}\n" for variable, fact in NAMES[name].items()]
    (copy / ".env").write_text("".join(lines))
    port = free_port()
    build, start = COMMANDS[name]
    if build:
        run(build, copy)
    with started([*start, *(["--port", str(port)] if build else [])], copy, port) as url:
        yield url


# What `npm run build` and `npm start` run, without npm between us and the process to stop.
COMMANDS: dict[str, tuple[Sequence[str], Sequence[str]]] = {
    "react": (["node_modules/.bin/vite", "build"], ["node_modules/.bin/vite", "preview"]),
    "express": ([], ["node", "--env-file=.env", "app.js"]),
    "nextjs": (["node_modules/.bin/next", "build"], ["node_modules/.bin/next", "start"]),
}


def installed(name: str, folder: Path) -> Path:
    """A copy of an example in a folder, with the packages of its lock."""
    source = EXAMPLES / name
    lock = (source / "package-lock.json").read_bytes()
    kept = machine.CACHE / f"{name}-{hashlib.sha256(lock).hexdigest()[:12]}"
    with machine.alone(name):
        if not (kept / "complete").exists():
            shutil.rmtree(kept, ignore_errors=True)
            kept.mkdir(parents=True)
            for file in ("package.json", "package-lock.json", ".npmrc"):
                shutil.copy(source / file, kept)
            run([machine.npm(), "ci", "--loglevel=error"], kept, INSTALL_SECONDS)
            (kept / "complete").touch()
    copy = folder / name
    shutil.copytree(source, copy, ignore=MADE_ELSEWHERE)
    # Not a link to the folder: bundlers refuse what lies outside of theirs.
    run(["cp", "-al", str(kept / "node_modules"), str(copy)], folder)
    return copy


def run(command: Sequence[str], folder: Path, seconds: float = 180) -> None:
    """Run a command to its end, and show what it printed if it failed."""
    done = subprocess.run(
        command,
        cwd=folder,
        env=clean_environment(**QUIET),
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@contextmanager
def started(command: Sequence[str], folder: Path, port: int) -> Iterator[str]:
    """Run a server until the block ends; what it prints is kept in `printed.txt`."""
    url = f"http://localhost:{port}"
    environment = clean_environment(PORT=str(port), **QUIET)
    with (
        (folder / "printed.txt").open("w") as printed,
        subprocess.Popen(
            command, cwd=folder, env=environment, stdout=printed, stderr=subprocess.STDOUT
        ) as process,
    ):
        try:
            deadline = time.monotonic() + START_SECONDS
            while not answers(url):
                is_late = time.monotonic() > deadline or process.poll() is not None
                assert not is_late, (folder / "printed.txt").read_text()
                time.sleep(0.1)
            yield url
        finally:
            process.terminate()


def answers(url: str) -> bool:
    """Whether something answers at a URL, whatever it answers."""
    try:
        urllib.request.urlopen(url, timeout=5).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True
