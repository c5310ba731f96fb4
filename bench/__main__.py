"""The command: starts everything, measures, prints and writes the page."""

import argparse
import asyncio
import contextlib
import signal
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench import fill, load, report
from bench.accounts import measure_accounts
from bench.importing import measure_import
from bench.measuring import Compared, Side, compare
from bench.operations import OPERATIONS, SIGN_IN, USER, Operation, sign_ins
from bench.processes import Running
from bench.recording import Script, record
from bench.signing_in import measure_people
from bench.sizes import LARGE, SMALL, Drawn, Size
from bench.stages import environment_of, loads_of, pair
from bench.storm import Storm, measure_storm
from bench.transferring import measure_files
from bench.webhooks import measure_webhooks
from charter.outside.postgres import EmbeddedPostgres
from charter.outside.postgres import running as running_postgres
from charter.server import DIALECTS
from charter.settings import Settings
from charter.settings.load import load as load_settings

PAGE = Path(__file__).parent.parent / "docs" / "benchmarks.md"


@dataclass(frozen=True)
class Stage:
    """One size of data with its server and its floor running."""

    size: Size
    drawn: Drawn
    server: Running
    floor: Running
    environment: Mapping[str, str]


def main() -> None:
    """Measure as the options say."""
    options = _options()
    # Who is told to end stops the servers first, as with Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    chosen = [each for each in OPERATIONS if not options.only or each.name in options.only]
    rounds, seconds = (3, 1.0) if options.quick else (9, 1.0)
    load.get_wrk()
    with (
        tempfile.TemporaryDirectory(prefix="charter-bench-") as name,
        running_postgres(Path(name) / "postgres") as postgres,
        contextlib.ExitStack() as stack,
    ):
        folder = Path(name)
        served = [each for each in chosen if each.is_served]
        sizes = [SMALL] if options.small or not served else [SMALL, LARGE]
        stages = [stack.enter_context(_stage(postgres, folder, size, served)) for size in sizes]
        database = psutil.Process(postgres.pid)
        found: dict[str, Compared] = {}
        for operation in served:
            print(f"Measuring {operation.title} …", flush=True)
            sides = _sides(stages, operation, folder)
            found[operation.name] = compare(sides, database, rounds=rounds, seconds=seconds)
            print(report.line(operation, found[operation.name]), flush=True)
        also = _also(stages[0], postgres, folder, options)
        if options.hold:
            _hold(stages, postgres)
    is_whole = not (options.quick or options.only or options.small)
    text = report.page(chosen, found, also, rounds=rounds, seconds=seconds)
    print("\n" + text)
    if is_whole or options.write:
        PAGE.write_text(text if is_whole else report.renewed(PAGE.read_text(), text))
        print(f"Written to {PAGE}.")


def _also(
    stage: Stage, postgres: EmbeddedPostgres, folder: Path, options: argparse.Namespace
) -> report.Also:
    """What is measured beside single operations, as far as it is wanted."""

    def is_wanted(name: str) -> bool:
        return not options.only or name in options.only

    return report.Also(
        storm=_storm(stage, folder, options) if is_wanted("storm") else None,
        people=measure_people(stage, folder, postgres.pid, quick=options.quick)
        if is_wanted("people")
        else None,
        webhooks=measure_webhooks(stage.environment, postgres.pid, quick=options.quick)
        if is_wanted("webhooks")
        else None,
        imported=measure_import(postgres, folder, is_small=options.small, quick=options.quick)
        if is_wanted("import")
        else None,
        files=measure_files(stage, folder, quick=options.quick) if is_wanted("files") else None,
        accounts=measure_accounts(postgres, folder, is_small=options.small, quick=options.quick)
        if is_wanted("accounts")
        else None,
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few, short rounds; writes no page")
    parser.add_argument("--small", action="store_true", help="the smaller size alone")
    others = ("storm", "people", "webhooks", "import", "files", "accounts")
    names = [*(each.name for each in OPERATIONS), *others]
    parser.add_argument("--only", action="append", choices=names, help="measure this; repeatable")
    parser.add_argument("--write", action="store_true", help="write what was measured apart")
    parser.add_argument("--hold", action="store_true", help="keep all running for a profiler")
    return parser.parse_args()


@contextmanager
def _stage(
    postgres: EmbeddedPostgres, folder: Path, size: Size, served: Sequence[Operation]
) -> Iterator[Stage]:
    """Fill a database and run its server and its floor until the end of the block."""
    print(f"Filling a database with {size} and {size.organizations:,} organizations …", flush=True)
    environment = environment_of(postgres, folder, size.name)
    settings = load_settings(environment=environment)
    drawn, recorded = asyncio.run(_filled(postgres, settings, size, served))
    with pair(environment, folder, size.name, recorded) as (server, floor):
        yield Stage(size, drawn, server, floor, environment)


async def _filled(
    postgres: EmbeddedPostgres,
    settings: Settings,
    size: Size,
    served: Sequence[Operation],
) -> tuple[Drawn, dict[str, Script]]:
    await fill.make_database(postgres.url, postgres.url_of(size.name), size.name)
    drawn = await fill.fill(settings, size)
    return drawn, await record(settings, drawn, served)


def _sides(stages: Sequence[Stage], operation: Operation, folder: Path) -> dict[str, Side]:
    sides = {}
    for stage in stages:
        requests = list(operation.requests(stage.drawn))
        loads = loads_of(requests, folder, operation.name, stage.size.name)
        sides[stage.size.name] = Side(stage.server, loads[0])
        if operation.has_floor:
            sides[f"{stage.size.name} floor"] = Side(stage.floor, loads[1])
    return sides


def _storm(stage: Stage, folder: Path, options: argparse.Namespace) -> Storm | None:
    routes = {(c.method, door.mount + c.path) for door in DIALECTS for c in door.calls}
    if SIGN_IN not in routes:
        return None
    print("Measuring reads in a storm of sign-ins …", flush=True)
    return measure_storm(
        stage.server,
        [request.raw() for request in USER.requests(stage.drawn)],
        [request.raw() for request in sign_ins(stage.drawn)],
        folder,
        rounds=2 if options.quick else 3,
        seconds=5 if options.quick else 10,
    )


def _hold(stages: Sequence[Stage], postgres: EmbeddedPostgres) -> None:
    for stage in stages:
        print(f"{stage.size}: server {stage.server}, floor {stage.floor}")
        print(f"  database {postgres.url_of(stage.size.name)}")
        print(f"  key {stage.drawn.secret_key}, user {stage.drawn.users[0]}")
    print("Enter ends it.", flush=True)
    sys.stdin.readline()


if __name__ == "__main__":
    main()
