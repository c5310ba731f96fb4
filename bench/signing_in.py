"""Measures sign-ins by password against argon2 alone, and what open tabs ask for."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
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
"""Sign-ins of a round, each of somebody else; argon2 alone is measured before and after each."""
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

    @property
    def share(self) -> float:
        """The part of a sign-in's CPU that argon2 takes alone."""
        return self.argon2_us / self.sign_in_us

    @property
    def rate_share(self) -> float:
        """The part of the checks that argon2 makes in a second that are answered as sign-ins."""
        return self.sign_ins_per_second / self.checks_per_second


@dataclass(frozen=True)
class People:
    """How people sign in, and how tabs were answered.

    round: the one whose share is the middle one, so that its figures belong together.
    shares: those of all rounds, the lowest first. threads: so many the server and argon2 had.
    """

    round: Round
    shares: tuple[float, ...]
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
    rounds.sort(key=lambda each: each.share)
    return People(
        round=rounds[len(rounds) // 2],
        shares=tuple(each.share for each in rounds),
        threads=Settings().hash_concurrency,
        tabs_p50_ms=tabs["p50_ms"],
        tabs_p99_ms=tabs["p99_ms"],
        tabs_core=(tabs_after - tabs_before) * (TABS / TAB_SECONDS) / tabs["requests"],
    )


def _signing_in(stage: Serving, folder: Path, database: psutil.Process, number: int) -> Round:
    """Sign-ins beside argon2 alone, with every thread for it busy."""
    requests = password_sign_ins(stage.drawn)
    asked = _written(folder / "people.json", requests[number * SIGN_INS :][:SIGN_INS])
    # On both sides of what it is compared with: machines are slower for a while, and faster again.
    alone = [run_json(python("bench.argon2_alone", str(SIGN_INS // 2)))]
    _load("once", stage.server, _written(folder / "warm.json", requests[-WARMING:]))
    before = stage.server.cpu_seconds() + cpu_seconds(database)
    done = _load("once", stage.server, asked)
    after = stage.server.cpu_seconds() + cpu_seconds(database)
    alone.append(run_json(python("bench.argon2_alone", str(SIGN_INS // 2))))
    return Round(
        sign_in_us=(after - before) * 1e6 / done["requests"],
        argon2_us=mean(each["us"] for each in alone),
        sign_ins_per_second=done["requests"] / done["seconds"],
        checks_per_second=mean(each["per_second"] for each in alone),
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
