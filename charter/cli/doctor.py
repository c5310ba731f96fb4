"""The command `doctor`: looks at everything a server stands on and says what is wrong."""

import asyncio
import contextlib
import dataclasses
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import click

from charter import migrate
from charter.bootstrap import all_instances, check_keys, opened
from charter.cli import options
from charter.cli.database import database, url_of
from charter.kernel.errors import DomainError, Unavailable
from charter.outside.blobs import BlobNotFound, open_blobs
from charter.outside.counting import open_counter
from charter.outside.files import open_files
from charter.problems import Exit, Problem
from charter.settings import Settings, misspelt, weaknesses
from charter.wire.rates import read_rates

OLDEST_POSTGRES = 15
MAX_CLOCK_SECONDS = 2.0
CONNECT_SECONDS = 5
NOTHING = "ins_doctor/org_doctor/" + "0" * 32
"""The name of a file that no store has."""


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: fine unless it says what is wrong."""

    subject: str
    says: str
    is_fine: bool = True


@click.command()
@options.data_options
@click.pass_context
def doctor(ctx: click.Context, config: Path | None, data: Path | None) -> None:
    """Check settings, database, migrations, keys, clock, rate limits, stores and mail."""
    found = list(_findings(options.read(config=config, data=data)))
    for finding in found:
        mark = "ok  " if finding.is_fine else "FAIL"
        click.echo(f"{mark}  {finding.subject:<11} {finding.says}")
    if not all(finding.is_fine for finding in found):
        ctx.exit(int(Exit.CHECKS))


def _findings(given: Settings) -> Iterator[Finding]:
    yield from (Finding("settings", sentence, is_fine=False) for sentence in misspelt())
    if given.is_development:
        yield Finding("settings", "a development server")
    else:
        weak = weaknesses(given)
        yield from (Finding("settings", sentence, is_fine=False) for sentence in weak)
        if not weak:
            yield Finding("settings", "fit for production")
    try:
        with database(given) as settings:
            for subject, check in CHECKS.items():
                yield asyncio.run(_guarded(subject, check, settings))
            migrated = _migrations(settings)
            yield migrated
            if migrated.is_fine:
                yield asyncio.run(_guarded("keys", _keys, settings))
                yield asyncio.run(_guarded("billing", _billing, settings))
    except Problem as problem:
        yield Finding("database", str(problem), is_fine=False)
    yield asyncio.run(_guarded("limits", _limits, given))
    yield asyncio.run(_guarded("stores", _stores, given))
    yield asyncio.run(_guarded("mail", _mail, given))


async def _guarded(
    subject: str, check: Callable[[Settings], Awaitable[str]], settings: Settings
) -> Finding:
    """What a check says, or why it failed."""
    try:
        return Finding(subject, await check(settings))
    except DomainError as error:
        return Finding(subject, error.sentence(), is_fine=False)
    except Exception as error:  # noqa: BLE001 - whatever it is, the person shall read it
        return Finding(subject, str(error) or type(error).__name__, is_fine=False)


def _migrations(settings: Settings) -> Finding:
    try:
        migrate.require_current(url_of(settings))
    except Problem as problem:
        return Finding("migrations", str(problem), is_fine=False)
    return Finding("migrations", f"at {migrate.expected()}")


@contextlib.asynccontextmanager
async def _connection(settings: Settings) -> Any:
    connection = await asyncpg.connect(url_of(settings), timeout=CONNECT_SECONDS)
    try:
        yield connection
    finally:
        await connection.close()


async def _database(settings: Settings) -> str:
    async with _connection(settings) as connection:
        version = connection.get_server_version()
        if version.major < OLDEST_POSTGRES:
            raise Problem(
                f"PostgreSQL {version.major} is too old; {OLDEST_POSTGRES} is the oldest."
            )
        if not await connection.fetchval(
            "SELECT count(*) FROM pg_available_extensions WHERE name = 'pg_trgm'"
        ):
            raise Problem("The extension pg_trgm is not installed beside PostgreSQL.")
        return f"PostgreSQL {await connection.fetchval('SHOW server_version')}"


async def _clock(settings: Settings) -> str:
    async with _connection(settings) as connection:
        before = datetime.now(UTC)
        theirs = await connection.fetchval("SELECT clock_timestamp()")
        apart = abs((theirs - before).total_seconds())
    if apart > MAX_CLOCK_SECONDS:
        raise Problem(f"It is {apart:.0f} seconds apart from the database's; tokens would fail.")
    return "agrees with the database's"


async def _limits(settings: Settings) -> str:
    if not read_rates(settings.rate_limits):
        return "no requests are counted"
    counter = open_counter(settings.rate_limit_store)
    try:
        await counter.check()
    finally:
        await counter.close()
    if settings.rate_limit_store is not None:
        return "requests are counted in a store that all processes share"
    return f"each of {settings.workers} processes counts requests for itself"


async def _billing(settings: Settings) -> str:
    """Which instances wait for a word to go on."""
    async with _connection(settings) as connection:
        held = await connection.fetch("SELECT instance_id FROM billing_holds ORDER BY 1")
    if not held:
        return "nothing is held"
    ids = ", ".join(row["instance_id"] for row in held)
    return f"held, nothing is renewed or collected: {ids}; see `charter billing resume`"


async def _keys(settings: Settings) -> str:
    """Whether the encryption keys open what the database holds."""
    async with opened(settings) as platform:
        instances = await all_instances(platform)
        for instance in instances:
            await check_keys(platform, instance)
    return f"{len(instances)} instance(s) can sign"


async def _stores(settings: Settings) -> str:
    """Whether the stores of files answer for what is not there."""
    blobs, files = open_blobs(settings.blobs_url), open_files(settings.files_url)
    try:
        with contextlib.suppress(BlobNotFound):
            await blobs.get(f"{NOTHING}.txt")
        await files.look(NOTHING)
    except Unavailable as away:
        reason = str(away.__cause__ or "").partition("\n")[0]
        raise Problem(f"{away.sentence()} {reason}".strip()) from away
    return "files can be looked up"


async def _mail(settings: Settings) -> str:
    if settings.smtp_host is None:
        return "captured, not sent" if settings.mail_capture else "no mail server is set"
    server = f"{settings.smtp_host}:{settings.smtp_port}"
    unanswered = f"The mail server {server} does not answer; see CHARTER_SMTP_HOST."
    try:
        reading, writing = await asyncio.wait_for(
            asyncio.open_connection(settings.smtp_host, settings.smtp_port), CONNECT_SECONDS
        )
    except OSError as error:  # a time-out among them
        raise Problem(unanswered) from error
    try:
        if settings.smtp_security != "tls":
            try:
                greeting = await asyncio.wait_for(reading.readline(), CONNECT_SECONDS)
            except (OSError, ValueError) as error:  # silent, hung up, or without end
                raise Problem(unanswered) from error
            if not greeting.startswith(b"220"):
                raise Problem(f"{settings.smtp_host} does not greet as a mail server does.")
    finally:
        writing.close()
    return f"{server} answers"


CHECKS: dict[str, Callable[[Settings], Awaitable[str]]] = {
    "database": _database,
    "clock": _clock,
}
