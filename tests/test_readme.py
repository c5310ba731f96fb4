"""The README's tour works as printed."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TOUR = re.compile(r"<!-- tour: begin -->(.*)<!-- tour: end -->", re.DOTALL)
BLOCK = re.compile(r"```(sh|python)\n(.*?)```", re.DOTALL)


def blocks(kind: str) -> list[str]:
    found = TOUR.search((ROOT / "README.md").read_text())
    assert found is not None
    return [text for language, text in BLOCK.findall(found[1]) if language == kind]


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """A folder like a new clone's, with `make dev`'s server running in it."""
    folder = tmp_path_factory.mktemp("a clone")
    (folder / ".venv").symlink_to(Path(sys.prefix), target_is_directory=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "charter", "dev", "--port", str(port)],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(ROOT), "CHARTER_NPM_REGISTRY": "none"},
    )
    try:
        wait_for(f"http://127.0.0.1:{port}/v1/jwks", server)
        yield folder
    finally:
        server.terminate()
        server.wait(10)


def wait_for(url: str, server: subprocess.Popen) -> None:
    for _ in range(600):
        assert server.poll() is None, "the server ended"
        try:
            urllib.request.urlopen(url, timeout=2).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server did not start")


def test_the_tour_works_as_printed(running):
    first, make_user, install, outbox = blocks("sh")
    assert "pip install clerk-backend-api" in install  # it is, among the packages of the tests
    python = "\n".join(blocks("python"))
    lines = ["set -eu", first, make_user, "echo"]
    lines += ["cat > tour.py <<'PYTHON'", python, "PYTHON", ".venv/bin/python tour.py", outbox]
    script = "\n".join(lines)
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=running,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert '"first_name":"Ann"' in done.stdout
    assert "acme ['org:admin']" in done.stdout
    assert "True" in done.stdout
    assert "owner" in done.stdout
    assert "ben@example.com" in done.stdout


def test_the_examples_demo_lets_nobody_in_without_a_token(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    done = subprocess.run(
        [
            sys.executable,
            str(ROOT / "examples" / "demo.py"),
            "--once",
            "--port",
            str(port),
            "--data",
            str(tmp_path / "demo"),
        ],
        cwd=ROOT,
        env={**os.environ, "CHARTER_NPM_REGISTRY": "none"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "statuses: 401 200" in done.stdout
