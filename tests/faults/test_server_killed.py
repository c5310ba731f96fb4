"""`kill -9` of the server in the middle of writes loses nothing that it acknowledged."""

import asyncio
import random
import time

import httpx
import pytest

from tests.faults import invariants
from tests.faults.databases import database_of
from tests.faults.load import Asked, Load, ask, client_of
from tests.processes import started

KILLS = 4
RESTART_SECONDS = 15
TABLES = {
    "user": "users",
    "org": "organizations",
    "orgmem": "memberships",
    "orginv": "organization_invitations",
}


@pytest.mark.security("O4", "O1")
async def test_random_kills_leave_what_was_acknowledged_and_nothing_half_made(tmp_path, post):
    seed = random.randrange(1_000_000)
    print(f"seed {seed}")
    load, moments = Load(seed), random.Random(seed)
    restarts = []
    for number in range(KILLS + 1):
        begun = time.monotonic()
        with started(tmp_path / "data", **post.settings) as server:
            restarts.append(time.monotonic() - begun)
            async with database_of(tmp_path / "data") as connection:
                await invariants.check(connection)
                await check_mail(connection, post)
                await check_acknowledged(connection, load)
                await repeat(server, load)
                await invariants.check(connection)
                if number == KILLS:
                    # Jobs that a killed worker held come back when their lease ends: now.
                    await connection.execute("UPDATE jobs SET run_at = now()")
                    await invariants.check_later(connection)
                    await check_everybody_was_written_to(connection, post)
            if number < KILLS:
                await write_and_kill(server, load, moments.uniform(0.2, 1.2))
    print("seconds of each start:", *(f"{seconds:.1f}" for seconds in restarts))
    assert sum(asked.is_acknowledged for asked in load.asked) > 20 * KILLS
    # The first start makes the folder; of the others, the machine may be slow at some.
    assert min(restarts[1:]) < RESTART_SECONDS


async def write_and_kill(server, load: Load, seconds: float) -> None:
    stop = asyncio.Event()
    writing = asyncio.create_task(load.run(server.url, server.secret_key, stop))
    await asyncio.sleep(seconds)
    server.process.kill()
    stop.set()
    await writing


async def check_acknowledged(connection, load: Load) -> None:
    """Each acknowledged thing is there, and each acknowledged change."""
    for prefix, table in TABLES.items():
        there = set(await invariants.ids(connection, f"SELECT id FROM {table}"))
        known = {
            asked.answer["id"]
            for asked in load.asked
            if asked.is_acknowledged and asked.answer["id"].startswith(prefix + "_")
        }
        assert known <= there
    kept = set(
        await invariants.ids(
            connection, "SELECT jsonb_object_keys(public_metadata) FROM organizations"
        )
    )
    changes = [a for a in load.asked if a.method == "PATCH" and a.is_acknowledged]
    assert {name for asked in changes for name in asked.body["public_metadata"]} <= kept


async def check_mail(connection, post) -> None:
    """Nobody was written to for an invitation that was rolled back."""
    invited = await invariants.ids(connection, "SELECT email_address FROM organization_invitations")
    assert set(post.delivered) <= set(invited)


async def check_everybody_was_written_to(connection, post) -> None:
    invited = await invariants.ids(connection, "SELECT email_address FROM organization_invitations")
    assert set(post.delivered) == set(invited)


async def repeat(server, load: Load) -> None:
    """Ask again what was never answered: its key makes sure that it is done once."""
    async with client_of(server.url, server.secret_key) as client:
        for asked in [asked for asked in load.asked if asked.is_open]:
            await ask(client, asked)
            assert asked.status is not None
            assert asked.status < 500


@pytest.mark.security("O1")
async def test_a_crash_between_commit_and_answer_makes_one_row_when_asked_again(tmp_path):
    asked = Asked("POST", "/v1/users", {"email_address": ["once@example.com"]})
    with started(tmp_path / "data") as server:
        async with (
            client_of(server.url, server.secret_key) as client,
            database_of(tmp_path / "data") as connection,
        ):
            asking = asyncio.create_task(ask(client, asked))
            while not await connection.fetchval("SELECT count(*) FROM users"):
                pass  # as soon as it is committed: before the answer, or with it
            server.process.kill()
            # Whatever arrives now arrives at nobody.
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)
    with started(tmp_path / "data") as server:
        async with (
            client_of(server.url, server.secret_key) as client,
            database_of(tmp_path / "data") as connection,
        ):
            response = await client.post(
                asked.path, json=asked.body, headers={"idempotency-key": asked.key}
            )
            assert response.status_code == httpx.codes.OK
            assert response.headers["idempotency-replayed"] == "true"
            assert await invariants.ids(connection, "SELECT id FROM users") == [
                response.json()["id"]
            ]
            await invariants.check(connection)
