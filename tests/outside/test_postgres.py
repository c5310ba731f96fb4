"""The embedded PostgreSQL: paths, kills, leftovers, versions."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import asyncpg
import psutil
import pytest

from charter.outside.postgres import MAX_SOCKET_PATH_BYTES, SOCKET_NAME, running, running_url
from charter.problems import DatabaseProblem, EnvironmentProblem, NewerDataProblem

QUICK = {"fsync": "off"}

HOLDER = """
import sys, time
from pathlib import Path
from charter.outside.postgres import running
with running(Path(sys.argv[1])) as postgres:
    print(postgres.pid, flush=True)
    time.sleep(600)
"""


async def value(url: str, statement: str):
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


@contextlib.contextmanager
def held_by_another_process(folder: Path):
    """A server that another process runs: that process, and the server's process id."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder)], stdout=subprocess.PIPE, text=True
    ) as holder:
        try:
            yield holder, int(holder.stdout.readline())
        finally:
            holder.kill()


def ended(pid: int, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while psutil.pid_exists(pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    return not psutil.pid_exists(pid)


def servers_over(folder: Path) -> list[int]:
    found = []
    for process in psutil.process_iter(["name"]):
        with contextlib.suppress(psutil.Error, OSError):
            if process.info["name"] == "postgres" and process.cwd() == str(folder):
                found.append(process.pid)
    return found


async def test_data_written_is_there_at_the_next_start(tmp_path):
    with running(tmp_path / "postgres", options=QUICK) as postgres:
        await value(postgres.url, "CREATE TABLE kept AS SELECT 7 AS number")
    with running(tmp_path / "postgres", options=QUICK) as postgres:
        assert await value(postgres.url, "SELECT number FROM kept") == 7


async def test_a_path_with_spaces_commas_and_signs_is_served(tmp_path):
    with running(tmp_path / "a b,c%d 'é\"" / "postgres", options=QUICK) as postgres:
        assert await value(postgres.url, "SELECT 1") == 1


async def test_a_path_longer_than_a_socket_may_have_is_served(tmp_path):
    folder = tmp_path / ("x" * 100) / "postgres"
    assert len(str(folder / SOCKET_NAME)) > MAX_SOCKET_PATH_BYTES
    with running(folder, options=QUICK) as postgres:
        assert await value(postgres.url, "SELECT 1") == 1


async def test_the_extensions_that_charter_uses_can_be_made(tmp_path):
    with running(tmp_path / "postgres", options=QUICK) as postgres:
        for name in ("pg_trgm", "citext", "ltree"):
            await value(postgres.url, f"CREATE EXTENSION {name}")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another user for the server")
async def test_root_runs_it_as_another_user_and_opens_no_folder_to_all(tmp_path):
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    with running(private / "data" / "postgres", options=QUICK) as postgres:
        assert psutil.Process(postgres.pid).uids().real != 0
        assert await value(postgres.url, "SELECT 1") == 1
    assert [path.stat().st_mode & 0o077 for path in (private, private / "data")] == [0, 0]


async def test_a_server_made_durable_by_default_syncs(tmp_path):
    with running(tmp_path / "postgres") as postgres:
        assert await value(postgres.url, "SHOW fsync") == "on"
        assert await value(postgres.url, "SHOW jit") == "off"


def test_killing_the_parent_leaves_no_server(tmp_path):
    with held_by_another_process(tmp_path / "postgres") as (holder, pid):
        holder.kill()
        assert ended(pid, seconds=5)
    assert servers_over(tmp_path / "postgres") == []


async def test_a_killed_parent_starts_again_at_once_with_its_data(tmp_path):
    with held_by_another_process(tmp_path / "postgres") as (holder, _):
        await value(running_url(tmp_path / "postgres"), "CREATE TABLE kept AS SELECT 7 AS number")
        holder.kill()
        holder.wait()
        with running(tmp_path / "postgres") as postgres:
            assert await value(postgres.url, "SELECT number FROM kept") == 7


def test_an_orphan_that_outlived_its_parent_is_stopped(tmp_path):
    folder = tmp_path / "postgres"
    with held_by_another_process(folder) as (holder, pid):
        os.kill(pid, signal.SIGSTOP)  # it cannot act on its parent's death
        holder.kill()
        holder.wait()
        waker = threading.Timer(0.3, os.kill, (pid, signal.SIGCONT))
        waker.start()
        with running(folder) as postgres:
            assert postgres.pid != pid
            assert not psutil.pid_exists(pid)
        waker.join()


async def test_a_stale_pid_file_that_names_a_living_stranger_is_no_obstacle(tmp_path):
    folder = tmp_path / "postgres"
    with running(folder, options=QUICK):
        text = (folder / "postmaster.pid").read_text()
    stranger = os.getppid()
    (folder / "postmaster.pid").write_text("\n".join([str(stranger), *text.splitlines()[1:]]))
    with running(folder, options=QUICK) as postgres:
        assert await value(postgres.url, "SELECT 1") == 1
    assert psutil.pid_exists(stranger)


async def test_a_killed_server_is_started_again(tmp_path):
    with running(tmp_path / "postgres", options=QUICK) as postgres:
        first = postgres.pid
        keeper = asyncio.create_task(postgres.keep_alive())
        os.kill(first, signal.SIGKILL)
        for _ in range(500):
            await asyncio.sleep(0.02)
            with contextlib.suppress(OSError, asyncpg.PostgresError):
                if await value(postgres.url, "SELECT 1") == 1 and postgres.pid != first:
                    break
        keeper.cancel()
        assert await value(postgres.url, "SELECT 1") == 1


def test_a_half_made_folder_of_a_killed_start_is_no_obstacle(tmp_path):
    (tmp_path / "postgres.new" / "base").mkdir(parents=True)
    with running(tmp_path / "postgres", options=QUICK) as postgres:
        assert postgres.pid > 0


def test_a_folder_in_use_is_refused_in_one_sentence(tmp_path):
    folder = tmp_path / "postgres"
    with (
        running(folder, options=QUICK),
        pytest.raises(
            EnvironmentProblem, match=f"in use by another charter .process {os.getpid()}"
        ),
        running(folder, options=QUICK),
    ):
        pass


@pytest.mark.parametrize(
    ("version", "problem", "words"),
    [
        ("99", NewerDataProblem, "made by PostgreSQL 99, which is newer"),
        ("12", DatabaseProblem, "dump it with the version"),
        ("apple", DatabaseProblem, "is not a database folder"),
    ],
)
def test_a_folder_of_another_version_is_refused_in_one_sentence(tmp_path, version, problem, words):
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text(version)
    with pytest.raises(problem, match=words), running(tmp_path / "postgres", options=QUICK):
        pass


def test_a_folder_that_cannot_be_made_is_refused_in_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(EnvironmentProblem, match="cannot be written"),
        running(tmp_path / "file" / "postgres"),
    ):
        pass


def test_no_url_is_told_where_no_server_runs(tmp_path):
    with running(tmp_path / "postgres", options=QUICK):
        assert running_url(tmp_path / "postgres") is not None
    assert running_url(tmp_path / "postgres") is None
    assert running_url(tmp_path / "nowhere") is None
