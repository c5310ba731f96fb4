"""PostgreSQL killed or frozen under load: bounded answers, and recovery without a restart."""

import asyncio
import contextlib
import os
import signal
import time

import psutil
import pytest
from clerk_backend_api.security import VerifyTokenOptions, verify_token

from tests.faults import invariants
from tests.faults.databases import database_of
from tests.faults.load import Load, client_of
from tests.faults.test_server_killed import check_acknowledged, check_mail, repeat
from tests.processes import COMMAND, clean_environment, started

AT_ONCE_SECONDS = 1.5
RECOVERY_SECONDS = 5
STATEMENT_SECONDS = 1


async def key_of(data) -> str:
    """The public key, as `charter env` gives it."""
    process = await asyncio.create_subprocess_exec(
        *COMMAND,
        *("env", "--data", str(data)),
        env=clean_environment(),
        stdout=asyncio.subprocess.PIPE,
    )
    printed, _ = await process.communicate()
    (line,) = [line for line in printed.decode().splitlines() if "JWT_KEY" in line]
    return line.partition("=")[2].strip("\"'").replace("\\n", "\n")


async def minted(client) -> str:
    """A session token of a new user."""
    user = (await client.post("/v1/users", json={"email_address": ["ann@example.com"]})).json()
    session = (await client.post("/v1/sessions", json={"user_id": user["id"]})).json()
    return (await client.post(f"/v1/sessions/{session['id']}/tokens")).json()["jwt"]


async def recovered(client) -> float:
    """The seconds until a write succeeds."""
    begun = time.monotonic()
    while True:
        response = await client.post("/v1/users", json={"username": f"u{time.time_ns()}"})
        if response.status_code == 200:
            return time.monotonic() - begun
        assert response.status_code == 503
        assert time.monotonic() - begun < 30
        await asyncio.sleep(0.05)


def check_answers(server, asked, longest_seconds: float) -> None:
    """All were answered in time, and those that could not be served said when to come back."""
    assert "defect" not in (log := "".join(server.printed)), log[log.index("defect") :][:6000]
    assert {each.status for each in asked if each.status is None or each.status >= 500} <= {503}
    assert all(each.retry_after for each in asked if each.status == 503)
    assert all("errors" in each.answer for each in asked if each.status == 503)
    assert max(each.seconds for each in asked) < longest_seconds


@pytest.mark.security("O5", "O4")
async def test_a_killed_database_means_503_at_once_and_comes_back_by_itself(tmp_path, post):
    load, stop = Load(1), asyncio.Event()
    with started(tmp_path / "data", **post.settings) as server:
        public_key = await key_of(tmp_path / "data")
        async with client_of(server.url, server.secret_key) as client:
            token = await minted(client)
            writing = asyncio.create_task(load.run(server.url, server.secret_key, stop))
            for _ in range(2):
                await asyncio.sleep(0.5)
                os.kill(server.postgres().pid, signal.SIGKILL)
                assert verify_token(token, VerifyTokenOptions(jwt_key=public_key))["sub"]
                assert await recovered(client) < RECOVERY_SECONDS
            await asyncio.sleep(0.3)
            stop.set()
            await writing
        check_answers(server, load.asked, AT_ONCE_SECONDS)
        assert any(asked.status == 503 for asked in load.asked)
        async with database_of(tmp_path / "data") as connection:
            await invariants.check(connection)
            await check_mail(connection, post)
            await check_acknowledged(connection, load)
            await repeat(server, load)
            await connection.execute("UPDATE jobs SET run_at = now()")
            await invariants.check(connection)
            await invariants.check_later(connection)


@contextlib.contextmanager
def frozen(server):
    """Every process of PostgreSQL stands still: connections are taken, and nothing answers."""
    postmaster = server.postgres()
    processes = [postmaster, *postmaster.children(recursive=True)]
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.suspend()
    try:
        yield
    finally:
        for process in reversed(processes):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.resume()


@pytest.mark.security("O5")
async def test_a_frozen_database_means_bounded_answers_and_comes_back_by_itself(tmp_path):
    load, stop = Load(2), asyncio.Event()
    timeout = {"CHARTER_STATEMENT_TIMEOUT_MS": str(STATEMENT_SECONDS * 1000)}
    with started(tmp_path / "data", **timeout) as server:
        async with client_of(server.url, server.secret_key) as client:
            writing = asyncio.create_task(load.run(server.url, server.secret_key, stop))
            await asyncio.sleep(0.5)
            with frozen(server):
                await asyncio.sleep(8)
            assert await recovered(client) < RECOVERY_SECONDS
            stop.set()
            await writing
        # The statement's own limit, the driver's two seconds more, and a new connection's three.
        check_answers(server, load.asked, STATEMENT_SECONDS + 2 + 3 + 1)
        assert any(asked.status == 503 for asked in load.asked)
        async with database_of(tmp_path / "data") as connection:
            await check_acknowledged(connection, load)
            await repeat(server, load)
            await invariants.check(connection)
