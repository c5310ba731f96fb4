"""`kill -9` of the worker at any moment: what happened is told at least once, under one id."""

import asyncio
import os
import random
import signal
import subprocess
import sys
from contextlib import asynccontextmanager

import pytest

from charter.core.users import operations as users
from charter.core.users.model import NewUser
from tests.hooks import BEHIND, make_endpoint, sinking
from tests.processes import clean_environment

KILLS = 20
FREE = "UPDATE webhook_endpoints SET leased_until = now() WHERE instance_id = $1"
NEXT = "UPDATE webhook_deliveries SET next_attempt_at = now() WHERE instance_id = $1"
LEFT = "SELECT * FROM webhook_deliveries WHERE instance_id = $1 AND state <> 'delivered'"


@pytest.fixture
def workers(database_url):
    """What makes workers."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.faults.worker_alone"],
        env=clean_environment(DATABASE_URL=database_url),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        yield process
        process.stdin.close()


@asynccontextmanager
async def working(workers):
    """A worker of its own until the block ends, then killed."""
    workers.stdin.write("one\n")
    workers.stdin.flush()
    pid = int(await asyncio.to_thread(workers.stdout.readline))
    try:
        yield
    finally:
        os.kill(pid, signal.SIGKILL)


@pytest.mark.security("L3")
async def test_nothing_is_lost_however_often_the_worker_is_killed(world, workers):
    moments = random.Random(7)
    made: list[str] = []
    stop = asyncio.Event()

    async def write() -> None:
        while not stop.is_set():
            new = NewUser(external_id=f"user-{len(made)}", needs_identifier=False)
            made.append((await world.call(None, users.create, new=new)).id)
            await asyncio.sleep(0.01)

    async with sinking() as sink:
        await make_endpoint(world, sink.url, event_types=["user.created"])
        writing = asyncio.create_task(write())
        for number in range(KILLS):
            # Some of what is asked fails, so that retries are cut off as well.
            sink.status = 500 if number % 5 == 4 else 200
            async with working(workers):
                await asyncio.sleep(moments.uniform(0.05, 0.7))
            await world.sql(FREE, world.instance_id)
        stop.set()
        await writing
        sink.status = 200
        await world.sql(NEXT, world.instance_id)
        async with working(workers):
            await until_told(world)
        told = {each.message["data"]["id"]: each.id for each in sink.taken}
        assert sorted(told) == sorted(made)
        by_user: dict[str, set[str]] = {}
        for each in sink.taken:
            by_user.setdefault(each.message["data"]["id"], set()).add(each.id)
        assert {len(ids) for ids in by_user.values()} == {1}


async def until_told(world) -> None:
    for _ in range(600):
        behind = await world.sql(BEHIND, world.instance_id)
        if not behind and not await world.sql(LEFT, world.instance_id):
            return
        await asyncio.sleep(0.05)
    raise AssertionError("something is left")
