"""The tables of what was measured, beside what is to be reached."""

import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import psutil

from bench.accounts import Answering
from bench.accounts_report import accounts_part, accounts_targets
from bench.client import READS_PER_SECOND, SIGN_INS, TAB_SECONDS, TABS
from bench.importing import LEAST_PER_SECOND, MOST_MIB, Imported
from bench.load import CONNECTIONS, has_wrk
from bench.measuring import Compared
from bench.operations import GROWTH, Operation
from bench.signing_in import SIGN_IN_SHARE, TABS_P99_MS, People
from bench.sizes import LARGE, MEMBERS, SMALL, TARGETS
from bench.storm import FACTOR, Storm
from bench.transferring import LEAST_SHARE, Transferred
from bench.webhooks import Webhooks

S, L, FLOOR = SMALL.name, LARGE.name, f"{SMALL.name} floor"
NOT_MEASURED = "not measured in this run"

HEAD = """# Benchmarks

Written by `make bench`; not edited by hand. It measures and is no test: nothing fails when a
machine is slow.

## What is measured, and how

- CPU time, user and system, of the server process and of every process of its PostgreSQL, divided
  by the requests answered. It says what a request costs, whatever else the machine does at the
  moment, where requests per second would not.
- The server is `charter serve` with one worker (uvicorn, uvloop, httptools, {pool} connections at
  most), over an embedded PostgreSQL of its own with durable settings. Authentication, permission,
  limits, tracing: everything is on.
- The **floor** is a bare ASGI callable on the same server software. It runs the very statements
  that the server was seen to run for that request, with the same values, through a pool of the
  same settings, and writes fixed bytes of the same length. For a token it also makes one raw RS256
  signature. No framework, no authentication, no checks, no JSON: nobody can be faster in Python.
- Both sizes, each with its server and its floor, run side by side. {generator} loads one of the
  four at a time over {connections} connections, in {rounds} rounds of {seconds:g} s with the order
  turned each time; figures are medians over the rounds, ratios are medians of the ratios within
  one round. So a machine that is noisy or slows down does not decide.
- Requests name {targets} different users, organizations, sessions or tokens, drawn at random.
- Data: {small} users in {small_organizations} organizations, then {large} users in
  {large_organizations}, {members} members in each organization, an address and a password for
  everybody, as many API keys and tokens of machines, a phone number for every third, filled by
  COPY, then analyzed.

Machine: {machine}. {date}.

"""

COSTS = """## CPU time of a request at {size} users

The last column is the part of the floor's requests per CPU second that the server answers.

| Operation | server µs | database µs | together µs | requests per CPU s | floor µs | of the floor |
| --- | ---: | ---: | ---: | ---: | ---: | ---: |
"""

GROWTHS = """
## At ten times the data

| Operation | together µs at {small} | at {large} | times dearer | floor's |
| --- | ---: | ---: | ---: | ---: |
"""

STORM = """
## Reads in a storm of sign-ins

{sign_ins} callers verify passwords (argon2id) at once, again and again; one that is refused with
503 waits as long as `Retry-After` says and a random part of that again, as clients do. Beside them
a client reads users by id, {reads} a second at fixed moments; each is timed from the moment it was
due. The factor is the median over the rounds, each with an idle and a stormy part.

| | p50 ms | p99 ms |
| --- | ---: | ---: |
| no storm | {idle.p50_ms:.2f} | {idle.p99_ms:.2f} |
| storm | {within.p50_ms:.2f} | {within.p99_ms:.2f} |

{answered:.0f} sign-ins a second were answered, {refused} in all were refused with 503, {errors}
failed otherwise.
"""


PEOPLE = """
## People signing in, and their open tabs

A sign-in in one step (identifier and password, a new client, a session, its token) takes
{middle.sign_in_us:.0f} µs of CPU, server and database; checking the password alone, by the same
argon2 in a process of its own, {middle.argon2_us:.0f} µs: {middle.share:.2f} of it. It is the
middle one of {rounds} rounds: {shares}.

By the clock {middle.sign_ins_per_second:.0f} of them are answered in a second, over
{connections} connections. In as many threads as the server takes for it here ({people.threads}),
argon2 alone checks {middle.checks_per_second:.0f}: {middle.rate_share:.2f} of that, since all else
is done beside it, on what is left of the cores.

{tabs:,} open tabs ask for a token every {seconds} s. With one server process p50 is
{people.tabs_p50_ms:.2f} ms and p99 {people.tabs_p99_ms:.2f} ms, each timed from the moment it was
due; it takes {people.tabs_core:.2f} of a core, database included.
"""

IMPORT = """
## Users imported from a CSV file

`charter import` of {imported.users:,} users took {imported.seconds:,.0f} s on the clock
({imported.per_second:,.0f} a second), {imported.own_cpu_seconds:,.0f} s of its own CPU and
{imported.database_cpu_seconds:,.0f} s of the database's, which is {imported.per_cpu_second:,.0f}
users in a second of CPU. Its process took {imported.peak_mib:.0f} MiB at most.
"""


WEBHOOKS = """
## Webhooks

The worker delivers {webhooks.per_cpu_second:,.0f} messages of 2 kB for each second of CPU: a
delivery takes {webhooks.delivery_us:.0f} µs, database included, signed, in order for each subject
and written down with its answer. A bare loop that posts the same bodies to the same sink takes
{webhooks.bare_us:.0f} µs: {webhooks.share:.2f} of its deliveries for each second of CPU.
"""


FILES = """
## A file of 256 MiB in the server's own store

| | MiB a second | bare copy | of the bare copy | to reach |
| --- | ---: | ---: | ---: | ---: |
| upload | {files.upload:,.0f} | {files.bare_upload:,.0f} | {files.upload_share:.2f} | {least} |
| download | {files.download:,.0f} | {files.bare_download:,.0f} |\
 {files.download_share:.2f} | {least} |

The bare copy is an ASGI callable on the same server software that writes the body to a file, and
the file to a body: it checks and hashes nothing, and what it wrote is on the disk when it answers,
as the server's is. The server's process grew by {files.grown_mib:.0f} MiB at most.
"""


@dataclass(frozen=True)
class Also:
    """What is measured beside requests one by one; None for what was left out."""

    storm: Storm | None
    people: People | None
    webhooks: Webhooks | None
    imported: Imported | None
    files: Transferred | None
    accounts: Sequence[Answering] | None


def line(operation: Operation, found: Compared) -> str:
    """One operation in one line, for the terminal."""
    cost = found.cost(S)
    grown = (
        f", {found.ratio(L, S):.2f} times that at ten times the data" if L in found.rounds else ""
    )
    return (
        f"  {operation.title}: server {cost.server_us:.0f} µs, database {cost.database_us:.0f} µs, "
        f"{_share(found)} of the floor{grown}"
    )


def page(
    operations: Sequence[Operation],
    found: Mapping[str, Compared],
    also: Also,
    *,
    rounds: int,
    seconds: float,
) -> str:
    """The whole page."""
    parts = [_head(rounds, seconds), *_targets(operations, found, also), "\n"]
    for size in (SMALL, LARGE):
        if all(size.name in each.rounds for each in found.values()):
            parts.append(COSTS.format(size=f"{size.users:,}"))
            parts += [_cost_row(each, found.get(each.name), size.name) for each in operations]
            parts.append("\n" if size is SMALL else "")
    if found and all(L in each.rounds for each in found.values()):
        parts.append(GROWTHS.format(small=f"{SMALL.users:,}", large=f"{LARGE.users:,}"))
        parts += [_growth_row(each, found.get(each.name)) for each in operations]
    if also.storm is not None:
        parts.append(_storm_part(also.storm))
    if also.people is not None:
        parts.append(
            PEOPLE.format(
                people=also.people,
                middle=also.people.round,
                rounds=len(also.people.shares),
                shares=", ".join(f"{each:.2f}" for each in also.people.shares),
                connections=CONNECTIONS,
                tabs=TABS,
                seconds=TAB_SECONDS,
            )
        )
    if also.webhooks is not None:
        parts.append(WEBHOOKS.format(webhooks=also.webhooks))
    if also.imported is not None:
        parts.append(IMPORT.format(imported=also.imported))
    if also.files is not None:
        parts.append(FILES.format(files=also.files, least=LEAST_SHARE))
    if also.accounts is not None:
        parts.append(accounts_part(also.accounts))
    return "".join(parts)


def renewed(page: str, measured: str) -> str:
    """A page with the sections of what was measured apart, in place of what it said of them."""
    fresh = _sections(measured)
    sections = _sections(page) | {
        title: text
        for title, text in fresh.items()
        # Of single operations there are only some, and of the targets.
        if title and not title.startswith(("What is", "CPU time", "At ten times"))
    }
    return "".join(sections.values())


def _sections(page: str) -> dict[str, str]:
    """The parts of a page by their titles; the first has none."""
    head, *rest = page.split("\n## ")
    parts = {each.partition("\n")[0]: "\n## " + each.rstrip("\n") + "\n" for each in rest}
    return {"": head.rstrip("\n") + "\n", **parts}


def _head(rounds: int, seconds: float) -> str:
    return HEAD.format(
        pool=16,
        generator="wrk" if has_wrk() else "A client of our own",
        connections=CONNECTIONS,
        rounds=rounds,
        seconds=seconds,
        targets=TARGETS,
        members=MEMBERS,
        small=f"{SMALL.users:,}",
        small_organizations=f"{SMALL.organizations:,}",
        large=f"{LARGE.users:,}",
        large_organizations=f"{LARGE.organizations:,}",
        machine=_machine(),
        date=datetime.now(UTC).date().isoformat(),
    )


def _machine() -> str:
    model = next(
        (
            each.partition(":")[2].strip()
            for each in Path("/proc/cpuinfo").read_text().splitlines()
            if each.startswith("model name")
        ),
        platform.machine(),
    )
    memory = psutil.virtual_memory().total / 2**30
    parts = " ".join(f"{name} {version(name)}" for name in ("uvicorn", "uvloop", "asyncpg"))
    return (
        f"{psutil.cpu_count()} cores ({model}), {memory:.0f} GiB, {platform.system()} "
        f"{platform.release()}, Python {platform.python_version()}, {parts}"
    )


def _targets(
    operations: Sequence[Operation],
    found: Mapping[str, Compared],
    also: Also,
) -> list[str]:
    storm, people, imported, files = also.storm, also.people, also.imported, also.files
    rows = ["## What is to be reached\n\n| Target | |\n| --- | --- |\n"]
    for each in operations:
        compared = found.get(each.name)
        if each.share is not None:
            words = f"{each.title}: at least {each.share} of the floor's requests per CPU second"
            share = compared.ratio(FLOOR, S) if compared else None
            rows.append(_target(words, share, each.share, is_least=True))
        if each.most_us is not None:
            words = f"{each.title}: under {each.most_us:.0f} µs of CPU, server and database"
            total = compared.cost(S).total_us if compared else None
            rows.append(_target(words, total, each.most_us))
    for each in operations:
        compared = found.get(each.name)
        if compared is None or L in compared.rounds:
            words = f"{each.title}: at most {GROWTH} times dearer at ten times the data"
            grown = compared.ratio(L, S) if compared else None
            rows.append(_target(words, grown, GROWTH))
    words = f"storm of sign-ins: p99 of reads under {FACTOR:g} times that without"
    rows.append(_target(words, storm.factor if storm else None, FACTOR))
    words = f"password sign-in: at least {SIGN_IN_SHARE} of what argon2 alone allows"
    rows.append(
        _target(words, people.round.share if people else None, SIGN_IN_SHARE, is_least=True)
    )
    words = f"{TABS:,} open tabs: p99 of a token under {TABS_P99_MS} ms"
    rows.append(_target(words, people.tabs_p99_ms if people else None, TABS_P99_MS))
    words = f"import of users: at least {LEAST_PER_SECOND:,} a second of CPU, database included"
    rate = imported.per_cpu_second if imported else None
    rows.append(_target(words, rate, LEAST_PER_SECOND, is_least=True))
    words = f"import of users: at most {MOST_MIB} MiB"
    rows.append(_target(words, imported.peak_mib if imported else None, MOST_MIB))
    up, down = (files.upload_share, files.download_share) if files else (None, None)
    for way, share in (("upload", up), ("download", down)):
        words = f"{way} of a file: at least {LEAST_SHARE} of a bare copy's MiB a second"
        rows.append(_target(words, share, LEAST_SHARE, is_least=True))
    rows += [_target(*each) for each in accounts_targets(also.accounts)]
    return rows


def _target(words: str, value: float | None, limit: float, *, is_least: bool = False) -> str:
    if value is None:
        return f"| {words} | {NOT_MEASURED} |\n"
    shown, wanted = (f"{each:.0f}" if limit >= 100 else f"{each:.2f}" for each in (value, limit))
    is_reached = value >= limit if is_least else value <= limit
    verdict = f"reached: {shown}" if is_reached else f"not reached: {shown} of {wanted}"
    return f"| {words} | {verdict} |\n"


def _cost_row(operation: Operation, compared: Compared | None, size: str) -> str:
    if compared is None:
        return f"| {operation.title} | {NOT_MEASURED} | | | | | |\n"
    cost = compared.cost(size)
    if f"{size} floor" not in compared.rounds:
        return (
            f"| {operation.title} | {cost.server_us:.0f} | {cost.database_us:.0f} "
            f"| {cost.total_us:.0f} | {1e6 / cost.total_us:,.0f} | writes rows, so no floor | |\n"
        )
    floor = compared.cost(f"{size} floor")
    return (
        f"| {operation.title} | {cost.server_us:.0f} | {cost.database_us:.0f} "
        f"| {cost.total_us:.0f} | {1e6 / cost.total_us:,.0f} "
        f"| {floor.server_us:.0f} + {floor.database_us:.0f} "
        f"| {compared.ratio(f'{size} floor', size):.2f} |\n"
    )


def _growth_row(operation: Operation, compared: Compared | None) -> str:
    if compared is None:
        return f"| {operation.title} | {NOT_MEASURED} | | | |\n"
    small, large = compared.cost(S), compared.cost(L)
    floors = (f"{L} floor", f"{S} floor")
    grown = f"{compared.ratio(*floors):.2f}" if floors[0] in compared.rounds else ""
    return (
        f"| {operation.title} | {small.total_us:.0f} | {large.total_us:.0f} "
        f"| {compared.ratio(L, S):.2f} | {grown} |\n"
    )


def _share(found: Compared) -> str:
    return f"{found.ratio(FLOOR, S):.2f}" if FLOOR in found.rounds else "nothing"


def _storm_part(storm: Storm) -> str:
    return STORM.format(
        sign_ins=SIGN_INS,
        reads=READS_PER_SECOND,
        idle=storm.idle,
        within=storm.within,
        answered=storm.sign_ins_per_second,
        refused=storm.refused,
        errors=storm.errors,
    )
