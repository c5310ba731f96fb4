"""A large file goes through a server that stays small."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import httpx
import psutil

from tests.keeping import MIB, presign, read_url
from tests.processes import clean_environment, free_port

SIZE = 300 * MIB
MOST_GROWTH = 64 * MIB
SERVER = """
import sys, uvicorn
from pathlib import Path
from charter.server import create_app
from charter.settings import Settings

url, folder, port = sys.argv[1:]
settings = Settings(mode="development", data=Path(folder), database_url=url,
    encryption_keys=(("test", bytes(range(32))),), files_url=Path(folder, "files").as_uri(),
    api_url=f"http://127.0.0.1:{port}", log_level="error")
uvicorn.run(create_app(settings), port=int(port), log_level="error")
"""


async def pieces():
    block = os.urandom(MIB)
    for _ in range(SIZE // MIB):
        yield block


async def test_memory_stays_flat_whatever_the_size(world, database_url, tmp_path):
    acme = await world.organization()
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    made = await presign(world, acme, key="large", size=SIZE)
    with subprocess.Popen(  # noqa: ASYNC220  # it is only started here
        [sys.executable, "-c", SERVER, database_url, str(tmp_path), str(port)],
        env=clean_environment(PYTHONPATH=os.pathsep.join(sys.path)),
    ) as process:
        try:
            async with httpx.AsyncClient(timeout=120, trust_env=False) as there:
                await _started(there, base)
                server = psutil.Process(process.pid)
                before = _peak(server)
                url = made.signed.url.replace("http://api.test", base)
                answer = await there.put(url, content=pieces(), headers=dict(made.signed.headers))
                assert answer.status_code == 200, answer.text
                url = (await read_url(world, acme, "large")).replace("http://api.test", base)
                found = 0
                async with there.stream("GET", url) as answer:
                    async for data in answer.aiter_raw(MIB):
                        found += len(data)
            assert found == SIZE
            assert _peak(server) - before < MOST_GROWTH
        finally:
            process.kill()


async def _started(there, base):
    for _ in range(600):
        try:
            await there.get(base)
        except httpx.TransportError:
            await asyncio.sleep(0.05)
        else:
            return


def _peak(process):
    """The most memory that a process has had, in bytes."""
    status = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    line = next(line for line in status if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024
