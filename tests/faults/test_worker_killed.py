"""`kill -9` of the worker in the middle of a job: another does it when the lease has ended."""

import asyncio

import asyncpg
import pytest

from tests.faults import invariants
from tests.faults.databases import database_of
from tests.faults.load import client_of
from tests.processes import started


async def until(condition, seconds: float = 15) -> None:
    for _ in range(int(seconds / 0.05)):
        if condition():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it did not happen")


@pytest.mark.security("O4")
async def test_a_job_of_a_killed_worker_is_done_by_the_next_after_its_lease(tmp_path, post):
    data = tmp_path / "data"
    post.gate = asyncio.Event()
    with started(data, **post.settings) as server:
        async with client_of(server.url, server.secret_key) as client:
            body = {"email_address": "ben@example.org"}
            assert (await client.post("/v1/invitations", json=body)).status_code == 200
        await until(lambda: post.begun == ["ben@example.org"])
        async with database_of(data) as connection:
            assert await invariants.ids(connection, "SELECT attempts FROM jobs") == [1]
            # Events are sealed meanwhile: a mail server that hangs holds up nothing else.
            await until_sealed(connection)
    post.gate.set()
    post.delivered.clear()
    with started(data, **post.settings):
        async with database_of(data) as connection:
            await asyncio.sleep(1)
            assert post.begun == ["ben@example.org"], "the lease of the killed worker was broken"
            await connection.execute("UPDATE jobs SET run_at = now()")
            await until(lambda: post.delivered == ["ben@example.org"])
            await invariants.check_later(connection)
            await invariants.check(connection)


async def until_sealed(connection: asyncpg.Connection) -> None:
    sealed = invariants.LATE["every event is sealed"]
    for _ in range(100):
        if not await invariants.ids(connection, sealed):
            return
        await asyncio.sleep(0.05)
    raise AssertionError("events wait for the mail")
