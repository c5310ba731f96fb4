"""`charter export` and `charter import`, as a person runs them, and killed while they run."""

import contextlib
import json
import os
import signal
import subprocess
import time

import asyncpg
import pytest

from charter.kernel.ids import new_id
from charter.outside.postgres import running_url
from tests.processes import COMMAND, clean_environment

HEAD = (
    "id,first_name,primary_email_address,verified_email_addresses,password_digest,password_hasher"
)
DIGEST = "$2a$10$fgPOubgdJs90F1GK2u.Qye7Xyyi2ajrQJoB5LDG5bnITEvFR/xhZ."


def people(path, number: int, *, bad: int = 0) -> None:
    """A CSV file of so many people; every `bad`th of them has no address."""
    lines = [HEAD]
    for each in range(number):
        address = "none" if bad and each % bad == 0 else f"p{each}@example.com"
        lines.append(f"{new_id('user_')},Person {each},{address},{address},{DIGEST},bcrypt")
    path.write_text("\n".join(lines) + "\n")


@pytest.fixture
def folder(tmp_path):
    """Where commands run, with a passphrase."""
    (tmp_path / "phrase").write_text("correct horse battery\n")
    return tmp_path


async def rows(folder, query: str) -> list:
    connection = await asyncpg.connect(running_url(folder / "data" / "postgres"))
    try:
        return await connection.fetch(query)
    finally:
        await connection.close()


SEALED = ("--passphrase-file", "phrase", "--data", "data")


async def test_an_instance_moves_by_two_commands(dev, charter, folder):
    people(folder / "people.csv", 50, bad=10)
    with dev(folder / "data"):
        done = charter("import", "people.csv", "--data", "data")
        assert done.returncode == 1
        assert "45 users are there, 5 were rejected." in done.stdout
        assert "people.csv.rejected.ndjson" in done.stderr
        rejected = (folder / "people.csv.rejected.ndjson").read_text().splitlines()
        assert [json.loads(line)["record"] for line in rejected] == [1, 11, 21, 31, 41]
        assert json.loads(rejected[0])["code"] == "email_address_invalid"
        [source] = charter("instances", "list", "--data", "data").stdout.split()[:1]
        done = charter("export", "moved.charter", *SEALED)
        assert done.returncode == 0, done.stderr
        assert (folder / "moved.charter").stat().st_mode & 0o777 == 0o600
        file = (folder / "moved.charter").read_bytes()
        assert b"example.com" not in file
        for name in ("Second", "Third"):
            host = f"auth.{name.lower()}.dev"
            charter("instances", "create", "--name", name, "--host", host, "--data", "data")
        listed = charter("instances", "list", "--data", "data").stdout.splitlines()
        target = next(line.split()[0] for line in listed if "Second" in line)
        unnamed = charter("import", "moved.charter", *SEALED)
        assert "Name the instance with --instance" in unnamed.stderr
        moved = charter("import", "moved.charter", "--instance", target, *SEALED)
        # On the same server its secret key stands for the first instance.
        assert "1 were rejected" in moved.stdout, moved.stderr
        found = await rows(folder, "SELECT instance_id, count(*) FROM users GROUP BY 1")
        assert {row["instance_id"]: row["count"] for row in found} == {source: 45, target: 45}
        again = charter("import", "moved.charter", "--instance", target, *SEALED)
        assert (again.returncode, again.stdout) == (1, "")
        assert "has been imported into the instance already" in again.stderr


async def test_a_file_that_is_not_as_it_was_written_changes_nothing(dev, charter, folder):
    with dev(folder / "data"):
        charter("export", "whole.charter", *SEALED)
        (folder / "cut.charter").write_bytes((folder / "whole.charter").read_bytes()[:-3])
        refused = charter("import", "cut.charter", *SEALED)
        assert refused.returncode == 1
        assert "cut off" in refused.stderr
        assert len(refused.stderr.splitlines()) == 1
        assert await rows(folder, "SELECT 1 FROM imports") == []
        assert len(await rows(folder, "SELECT 1 FROM signing_keys")) == 2
        checked = charter("import", "whole.charter", "--check", *SEALED)
        assert "and is whole" in checked.stdout


@contextlib.contextmanager
def importing(folder, *arguments: str):
    """An import that runs until the block ends, or is killed in it."""
    with subprocess.Popen(
        [*COMMAND, "import", *arguments],
        cwd=folder,
        env=clean_environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


async def until_more_than(folder, process, place: int, instance_id: str) -> None:
    """Wait until an import has come further than this."""
    deadline = time.monotonic() + 120
    query = f"SELECT place FROM imports WHERE instance_id = '{instance_id}'"
    connection = await asyncpg.connect(running_url(folder / "data" / "postgres"))
    while time.monotonic() < deadline and process.poll() is None:
        if (await connection.fetchval(query) or 0) > place:
            break
    await connection.close()


async def test_an_import_that_is_killed_again_and_again_loses_and_doubles_nothing(
    dev, charter, folder
):
    people(folder / "people.csv", 7000, bad=500)
    with dev(folder / "data"):
        [source] = charter("instances", "list", "--data", "data").stdout.split()[:1]
        kills = 0
        for place in (-1, 0, 2000):
            with importing(folder, "people.csv", "--data", "data") as process:
                await until_more_than(folder, process, place, source)
                os.kill(process.pid, signal.SIGKILL)
                kills += process.wait() == -signal.SIGKILL
        assert kills >= 2
        done = charter("import", "people.csv", "--data", "data")
        assert "6,986 users are there, 14 were rejected." in done.stdout, done.stderr
        [found] = await rows(
            folder, "SELECT count(*), count(DISTINCT first_name) AS names FROM users"
        )
        assert (found["count"], found["names"]) == (6986, 6986)
        rejected = (folder / "people.csv.rejected.ndjson").read_text().splitlines()
        numbers = [json.loads(line)["record"] for line in rejected]
        assert numbers == list(range(1, 7001, 500))


async def test_of_two_imports_at_once_one_takes_all(dev, charter, folder):
    people(folder / "people.csv", 3000)
    with dev(folder / "data"):
        arguments = ("people.csv", "--data", "data")
        with importing(folder, *arguments) as first, importing(folder, *arguments) as second:
            codes = {first.wait(180), second.wait(180)}
        assert 0 in codes or charter("import", *arguments).returncode == 0
        [found] = await rows(
            folder, "SELECT count(*), count(DISTINCT first_name) AS names FROM users"
        )
        assert (found["count"], found["names"]) == (3000, 3000)


def test_records_that_no_csv_reader_takes_are_rejected_alone(dev, charter, folder):
    huge = "x" * 140_000
    lines = [
        "id,primary_email_address,favourite_colour",
        "1,ann@example.com,red",
        "2,ben@example.com",
        f"3,{huge},blue",
        "",
        '4,"carla@example.com",blue',
    ]
    data = "\n".join(lines).encode() + b"\n5,d\xff@example.com,red\n"
    (folder / "odd.csv").write_bytes(b"\xef\xbb\xbf" + data)
    with dev(folder / "data"):
        done = charter("import", "odd.csv", "--rejects", "why.ndjson", "--data", "data")
        assert "Columns that are not taken over: favourite_colour." in done.stderr
        assert "2 users are there, 3 were rejected." in done.stdout
        rejected = [json.loads(line) for line in (folder / "why.ndjson").read_text().splitlines()]
        assert [each["record"] for each in rejected] == [2, 3, 5]


def test_an_export_overwrites_nothing_and_asks_for_a_good_passphrase(dev, charter, folder):
    (folder / "there").write_text("mine")
    (folder / "weak").write_text("short\n")
    with dev(folder / "data"):
        refused = charter("export", "there", "--plain", "--data", "data")
        assert "is there already" in refused.stderr
        assert (folder / "there").read_text() == "mine"
        weak = charter("export", "new", "--passphrase-file", "weak", "--data", "data")
        assert "at least 12 characters" in weak.stderr
        nowhere = charter("export", "no/such/folder", "--plain", "--data", "data")
        assert nowhere.returncode == 4
        unknown = charter("export", "new", "--plain", "--instance", "ins_no", "--data", "data")
        assert "There is no instance ins_no" in unknown.stderr
        assert not list(folder.glob("*.partial"))
        assert not (folder / "new").exists()
