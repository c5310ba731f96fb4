"""An S3 service on this machine, in a process and with packages of its own."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from charter.outside.files import open_files
from tests.processes import clean_environment, free_port

# It needs an older package than what the tests themselves stand on, so it has a folder beside
# them, which `tools/install_sdks.sh` fills from requirements/moto.txt.
FOLDER = Path(os.environ.get("CHARTER_TEST_MOTO") or Path(sys.prefix) / "moto")
START_SECONDS = 60


@contextmanager
def s3_server() -> Iterator[str]:
    """Its address, while the block runs."""
    if not FOLDER.is_dir():
        pytest.skip("no S3 service to test against: run tools/install_sdks.sh")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"from moto.server import main; main(['-H', '127.0.0.1', '-p', '{port}'])",
        ],
        env=clean_environment(PYTHONPATH=str(FOLDER)),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            deadline = time.monotonic() + START_SECONDS
            while True:
                try:
                    httpx.put(f"{url}/bucket").raise_for_status()
                    break
                except httpx.TransportError:
                    if process.poll() is not None or time.monotonic() > deadline:
                        pytest.fail("the S3 service did not start")
                    time.sleep(0.1)
            yield url
        finally:
            process.kill()


def store_at(url: str, prefix: str = "some/where"):
    """The store in a bucket there."""
    environment = {
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": "id",
        "AWS_SECRET_ACCESS_KEY": "secret",
    }
    return open_files(f"s3://bucket/{prefix}", environment)
