"""Times reads while nobody signs in and while very many do, in turn."""

import json
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.load import run_json
from bench.processes import Running, base_environment, python

FACTOR = 3.0
"""How many times the idle p99 the p99 in the storm may be."""
SETTLE_SECONDS = 1.0


@dataclass(frozen=True)
class Reads:
    """How long reads took, in milliseconds."""

    p50_ms: float
    p99_ms: float


@dataclass(frozen=True)
class Storm:
    """Reads without and within the storm; sign-ins per second, and how many were refused."""

    idle: Reads
    within: Reads
    factor: float
    sign_ins_per_second: float
    refused: int
    errors: int


def measure_storm(
    server: Running,
    reads: Sequence[str],
    sign_ins: Sequence[str],
    folder: Path,
    *,
    rounds: int,
    seconds: float,
) -> Storm:
    """Alternate; the factor is the median over the rounds.

    Raises: RuntimeError, when reads fail.
    """
    reading, signing = folder / "storm_reads.json", folder / "sign_ins.json"
    reading.write_text(json.dumps(reads))
    signing.write_text(json.dumps(sign_ins))
    idle: list[Reads] = []
    within: list[Reads] = []
    storms: list[dict[str, float]] = []
    for _ in range(rounds):
        idle.append(_read(server, reading, seconds))
        length = str(seconds + 2 * SETTLE_SECONDS)
        command = python("bench.client", "storm", str(server.port), str(signing), length)
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, env=base_environment()
        ) as raging:
            time.sleep(SETTLE_SECONDS)
            within.append(_read(server, reading, seconds))
            storms.append(json.loads(raging.communicate()[0]))
        time.sleep(SETTLE_SECONDS)
    return Storm(
        idle=_median(idle),
        within=_median(within),
        factor=median(b.p99_ms / a.p99_ms for a, b in zip(idle, within, strict=True)),
        sign_ins_per_second=median(each["answered"] / each["seconds"] for each in storms),
        refused=int(sum(each["refused"] for each in storms)),
        errors=int(sum(each["errors"] for each in storms)),
    )


def _read(server: Running, reading: Path, seconds: float) -> Reads:
    found = run_json(python("bench.client", "paced", str(server.port), str(reading), str(seconds)))
    if found["errors"]:
        raise RuntimeError(f"{found['errors']} reads failed during the storm")
    return Reads(found["p50_ms"], found["p99_ms"])


def _median(rounds: Sequence[Reads]) -> Reads:
    return Reads(median(r.p50_ms for r in rounds), median(r.p99_ms for r in rounds))
