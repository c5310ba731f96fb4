"""Measures searches of accounts, and listings of trees, among ten thousand and a million."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import psutil

from bench.fill import make_database
from bench.forest import COLUMNS, Forest
from bench.load import run_json
from bench.measuring import Compared, Side, compare
from bench.processes import Running, python
from bench.recording import Script, record_requests
from bench.searches import KINDS, Asked, Kind
from bench.stages import environment_of, loads_of, pair
from charter.bootstrap import new_instance, opened
from charter.core.instances.configuring import configure
from charter.core.instances.model import Environment
from charter.kernel.actor import Actor, ActorKind
from charter.kernel.driver import prepare
from charter.kernel.operation import run
from charter.outside.postgres import EmbeddedPostgres
from charter.settings import Settings
from charter.settings.load import load

FEW, MANY = 10_000, 1_000_000
TARGETS = 100
"""How many different requests there are of each kind."""
ROUNDS, SECONDS = 3, 1.0


@dataclass(frozen=True)
class Answering:
    """A kind of question: what it costs by size, and how long one takes alone, in milliseconds."""

    kind: Kind
    compared: Compared
    p50_ms: Mapping[str, float]


@dataclass(frozen=True)
class _Stage:
    """A size with its server and its floor running."""

    name: str
    asked: Asked
    server: Running
    floor: Running


def measure_accounts(
    postgres: EmbeddedPostgres, folder: Path, *, is_small: bool, quick: bool
) -> tuple[Answering, ...]:
    """Ask each kind of question at each size. Raises: RuntimeError, when one is refused."""
    sizes = [FEW] if is_small else [FEW, MANY]
    database = psutil.Process(postgres.pid)
    with ExitStack() as stack:
        stages = [stack.enter_context(_stage(postgres, folder, number)) for number in sizes]
        return tuple(
            _answering(kind, stages, folder, database, 1 if quick else ROUNDS) for kind in KINDS
        )


def _answering(
    kind: Kind, stages: list[_Stage], folder: Path, database: psutil.Process, rounds: int
) -> Answering:
    print(f"Measuring accounts: {kind.title} …", flush=True)
    sides, p50_ms = {}, {}
    for stage in stages:
        ours, floors = loads_of(kind.requests(stage.asked), folder, kind.name, stage.name)
        sides[stage.name] = Side(stage.server, ours)
        sides[f"{stage.name} floor"] = Side(stage.floor, floors)
    compared = compare(sides, database, rounds=rounds, seconds=SECONDS)
    for stage in stages:
        requests = str(sides[stage.name].load.script.with_suffix(".json"))
        asking = python("bench.client", "alone", str(stage.server.port), requests, str(SECONDS))
        p50_ms[stage.name] = run_json(asking)["p50_ms"]
    return Answering(kind, compared, p50_ms)


@contextmanager
def _stage(postgres: EmbeddedPostgres, folder: Path, number: int) -> Iterator[_Stage]:
    print(f"Filling a database with {number:,} accounts …", flush=True)
    name = f"accounts-{number}"
    environment = environment_of(postgres, folder, name)
    settings = load(environment=environment)
    asked, recorded = asyncio.run(_filled(postgres, settings, name, number))
    with pair(environment, folder, name, recorded) as (server, floor):
        yield _Stage(name, asked, server, floor)


async def _filled(
    postgres: EmbeddedPostgres, settings: Settings, name: str, number: int
) -> tuple[Asked, dict[str, Script]]:
    await make_database(postgres.url, postgres.url_of(name), name)
    async with opened(settings) as platform:
        keys = await new_instance(
            platform, "Accounts", Environment.PRODUCTION, "accounts.charter-bench.io"
        )
        # All the load of a measurement comes from one address.
        actor = Actor(ActorKind.OPERATOR, keys.instance_id)
        changes = {"changes": {"limits_addresses": False}}
        await run(platform, actor, configure, arguments=changes)
    forest = await _fill(settings.database_url or "", keys.instance_id, number)
    asked = Asked(forest, keys.secret_key)
    questions = {kind.name: (kind.requests(asked), False) for kind in KINDS}
    return asked, await record_requests(settings, questions)


async def _fill(url: str, instance_id: str, number: int) -> Forest:
    connection = await asyncpg.connect(url)
    try:
        await prepare(connection)
        role_set_id = await connection.fetchval("SELECT id FROM role_sets WHERE type = 'initial'")
        forest = Forest(instance_id, role_set_id, number, TARGETS)
        # All references are right, and an index of trigrams is made sooner than it is kept.
        await connection.execute("SET session_replication_role = replica")
        await connection.execute("SET maintenance_work_mem = '512MB'")
        indexes = await connection.fetch(
            "SELECT indexname, indexdef FROM pg_indexes"
            " WHERE tablename = 'organizations' AND indexdef LIKE '%gin_trgm_ops%'"
        )
        for index in indexes:
            await connection.execute(f'DROP INDEX "{index["indexname"]}"')
        await connection.copy_records_to_table(
            "organizations", records=forest.rows(), columns=COLUMNS.split()
        )
        for index in indexes:
            await connection.execute(index["indexdef"])
        await connection.execute("VACUUM ANALYZE")
        await connection.execute("CHECKPOINT")
    finally:
        await connection.close()
    return forest
