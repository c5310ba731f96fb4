"""Measures sign-ins by password against argon2 alone, and what open tabs ask for."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Protocol

import psutil

from bench.client import TAB_SECONDS, TABS
from bench.load import run_json
from bench.operations import REFRESH, Request, password_sign_ins
from bench.processes import Running, cpu_seconds, python
from bench.sizes import Drawn
from charter.settings import Settings

SIGN_IN_SHARE = 0.9
TABS_P99_MS = 100
SIGN_INS, ROUNDS, WARMING = 150, 3, 20
"""Sign-ins of a round, each of somebody else; argon2 alone is measured beside each round."""
MOST_SECONDS = 60


class Serving(Protocol):
    """A server with data."""

    @property
    def drawn(self) -> Drawn:
        """What there is."""

    @property
    def server(self) -> Running:
        """The server."""


@dataclass(frozen=True)
class Round:
    """Sign-ins, and checks by argon2 alone in as many threads: CPU microseconds and rates."""

    sign_in_us: float
    argon2_us: float
    sign_ins_per_second: float
    checks_per_second: float


@dataclass(frozen=True)
class People:
    """CPU microseconds of a sign-in and of argon2 alone; how tabs were answered.

    `share` is the part of a sign-in's CPU that is argon2; `rate_share` the part of the checks that
    argon2 alone makes in a second that are answered as sign-ins, in as many `threads` for it.
    """

    sign_in_us: float
    argon2_us: float
    share: float
    sign_ins_per_second: float
    checks_per_second: float
    rate_share: float
    threads: int
    tabs_p50_ms: float
    tabs_p99_ms: float
    tabs_core: float


def measure_people(stage: Serving, folder: Path, postgres_pid: int, *, quick: bool) -> People:
    """Sign people in one after another, then let tabs ask. Raises: RuntimeError, for errors."""
    print("Measuring sign-ins by password and open tabs …", flush=True)
    database = psutil.Process(postgres_pid)
    rounds = [
        _signing_in(stage, folder, database, number) for number in range(1 if quick else ROUNDS)
    ]
    refreshing = _written(folder / "tabs.json", REFRESH.requests(stage.drawn))
    tabs_before = stage.server.cpu_seconds() + cpu_seconds(database)
    tabs = _load("tabs", stage.server, refreshing, 5 if quick else 20)
    tabs_after = stage.server.cpu_seconds() + cpu_seconds(database)
    return People(
        sign_in_us=median(each.sign_in_us for each in rounds),
        argon2_us=median(each.argon2_us for each in rounds),
        share=median(each.argon2_us / each.sign_in_us for each in rounds),
        sign_ins_per_second=median(each.sign_ins_per_second for each in rounds),
        checks_per_second=median(each.checks_per_second for each in rounds),
        rate_share=median(each.sign_ins_per_second / each.checks_per_second for each in rounds),
        threads=Settings().hash_concurrency,
        tabs_p50_ms=tabs["p50_ms"],
        tabs_p99_ms=tabs["p99_ms"],
        tabs_core=(tabs_after - tabs_before) * (TABS / TAB_SECONDS) / tabs["requests"],
    )


def _signing_in(stage: Serving, folder: Path, database: psutil.Process, number: int) -> Round:
    """Sign-ins beside argon2 alone, with every thread for it busy."""
    requests = password_sign_ins(stage.drawn)
    asked = _written(folder / "people.json", requests[number * SIGN_INS :][:SIGN_INS])
    _load("once", stage.server, _written(folder / "warm.json", requests[-WARMING:]))
    before = stage.server.cpu_seconds() + cpu_seconds(database)
    done = _load("once", stage.server, asked)
    after = stage.server.cpu_seconds() + cpu_seconds(database)
    alone = run_json(python("bench.argon2_alone", str(SIGN_INS)))
    return Round(
        sign_in_us=(after - before) * 1e6 / done["requests"],
        argon2_us=alone["us"],
        sign_ins_per_second=done["requests"] / done["seconds"],
        checks_per_second=alone["per_second"],
    )


def _written(path: Path, requests: Iterable[Request]) -> Path:
    path.write_text(json.dumps([each.raw() for each in requests]))
    return path


def _load(
    kind: str, server: Running, requests: Path, seconds: float = MOST_SECONDS
) -> dict[str, float]:
    found: dict[str, float] = run_json(
        python("bench.client", kind, str(server.port), str(requests), str(seconds))
    )
    if found["errors"]:
        raise RuntimeError(f"{found['errors']} of {found['requests']} requests failed: {kind}")
    return found
