"""Measures the import of users from a CSV file: rows, CPU and the most memory that it takes."""

import asyncio
import csv
import random
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.fill import make_database
from bench.processes import base_environment, cpu_seconds
from bench.sizes import PASSWORD
from charter.core.passwords.hashers import hash_new
from charter.core.transfers.csv_columns import COLUMNS
from charter.kernel.ids import new_id
from charter.outside.postgres import EmbeddedPostgres
from charter.settings.keys import new_key

USERS, FEW_USERS = 1_000_000, 20_000
LEAST_PER_SECOND = 2000
MOST_MIB = 300
_COMMAND = [sys.executable, "-c", "from charter.cli import main; main(prog_name='charter')"]
_POLL_SECONDS = 0.2


@dataclass(frozen=True)
class Imported:
    """What an import took. peak_mib: of the importing process, PostgreSQL not counted."""

    users: int
    seconds: float
    own_cpu_seconds: float
    database_cpu_seconds: float
    peak_mib: float

    @property
    def per_second(self) -> float:
        """Users a second, on the clock."""
        return self.users / self.seconds

    @property
    def per_cpu_second(self) -> float:
        """Users in a second of CPU, whatever else the machine did."""
        return self.users / (self.own_cpu_seconds + self.database_cpu_seconds)


def measure_import(
    postgres: EmbeddedPostgres, folder: Path, *, is_small: bool, quick: bool
) -> Imported:
    """Import a file of people into a new instance. Raises: RuntimeError, when it fails."""
    users = FEW_USERS if is_small or quick else USERS
    print(f"Measuring an import of {users:,} users …", flush=True)
    file = folder / "people.csv"
    _write_people(file, users)
    asyncio.run(make_database(postgres.url, postgres.url_of("imported"), "imported"))
    environment = {
        **base_environment(),
        "CHARTER_DATA": str(folder / "imported"),
        "CHARTER_SECRET_ENCRYPTION_KEYS": new_key(),
        "DATABASE_URL": postgres.url_of("imported"),
    }
    made = ["instances", "create", "--name", "Import", "--host", "auth.charter-bench.io"]
    subprocess.run([*_COMMAND, *made], env=environment, check=True, stdout=subprocess.DEVNULL)
    return _run(["import", str(file)], environment, users, psutil.Process(postgres.pid))


def _run(
    arguments: list[str], environment: dict[str, str], users: int, database: psutil.Process
) -> Imported:
    before, began = cpu_seconds(database), time.monotonic()
    own = peak = 0.0
    with subprocess.Popen(
        [*_COMMAND, *arguments],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as running:
        process = psutil.Process(running.pid)
        while running.poll() is None:
            try:
                own = max(own, cpu_seconds(process))
                peak = max(peak, process.memory_info().rss)
            except psutil.Error:
                break
            time.sleep(_POLL_SECONDS)
        if running.wait() != 0:
            raise RuntimeError("the import failed")
    seconds = time.monotonic() - began
    return Imported(users, seconds, own, cpu_seconds(database) - before, peak / 2**20)


def _write_people(file: Path, number: int) -> None:
    """People with a username, an address and a password, every third with a number."""
    chance = random.Random(5)
    digest = hash_new(PASSWORD)
    with file.open("w", newline="") as out:
        rows = csv.DictWriter(out, COLUMNS)
        rows.writeheader()
        for each in range(number):
            address = f"person.{each}@company-{each % 5000}.example"
            phone = f"+1415{2_000_000 + each // 3}" if each % 3 == 0 else ""
            rows.writerow(
                {
                    "id": new_id("user_"),
                    "first_name": f"First{chance.randrange(2000)}",
                    "last_name": f"Last{chance.randrange(20_000)}",
                    "username": f"person_{each}",
                    "primary_email_address": address,
                    "verified_email_addresses": address,
                    "primary_phone_number": phone,
                    "verified_phone_numbers": phone,
                    "password_digest": digest,
                    "password_hasher": "argon2id",
                }
            )
