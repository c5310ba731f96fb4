"""The commands `export` and `import`: an instance into a file, and from one."""

import asyncio
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

import click

from charter.bootstrap import all_instances, opened
from charter.cli import options, sources
from charter.cli.database import database, url_of
from charter.cli.importing import Outcome, read_in
from charter.cli.passphrase import passphrase_of
from charter.cli.targets import Target
from charter.core.transfers import operations
from charter.core.transfers.model import Exported, SourceKind
from charter.kernel.actor import Actor, ActorKind
from charter.kernel.errors import DomainError
from charter.kernel.operation import run
from charter.kernel.platform import Platform
from charter.migrate import expected, require_current
from charter.problems import Problem
from charter.settings import Settings

Result = TypeVar("Result")
PROGRESS_SECONDS = 2.0

_INSTANCE = click.option(
    "--instance", "instance_id", help="The instance's id [default: the only one there is]."
)
_PASSPHRASE = click.option(
    "--passphrase-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file whose first line is the passphrase [default: it is asked for].",
)


class Progress:
    """Says how far a command is, now and then."""

    def __init__(self, words: str) -> None:
        self._words = words
        self._began = self._said = time.monotonic()

    def __call__(self, done: int, total: int | None = None) -> None:
        """So many records are done."""
        now = time.monotonic()
        if now - self._said < PROGRESS_SECONDS:
            return
        self._said = now
        rate = done / max(now - self._began, 0.001)
        share = f" of {total:,}" if total else ""
        click.echo(f"{self._words}: {done:,}{share}, {rate:,.0f} a second", err=True)


@click.command("export")
@options.data_options
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE")
@_INSTANCE
@_PASSPHRASE
@click.option("--plain", is_flag=True, help="Write all secrets readable for everybody.")
def export_command(
    config: Path | None,
    data: Path | None,
    *,
    target: Path,
    instance_id: str | None,
    passphrase_file: Path | None,
    plain: bool,
) -> None:
    """Write an instance into FILE, sealed with a passphrase.

    Users with their password hashes and second factors, organizations, memberships, roles,
    settings and keys, as they are at one moment. docs/transfer.md describes the file.
    """
    if target.exists():
        raise Problem(f"{target} is there already; name a file that is not.")
    passphrase = None if plain else passphrase_of(passphrase_file, is_new=True)
    with database(options.read(config=config, data=data)) as settings:
        require_current(url_of(settings))
        exported = asyncio.run(_export(settings, instance_id, Target(target, passphrase)))
    click.echo(f"Wrote {exported.rows:,} rows and {exported.files:,} pictures to {target}.")
    if exported.missing_files:
        click.echo(f"{exported.missing_files:,} pictures were not where they were kept.", err=True)
    if exported.broken:
        raise Problem(
            f"{exported.broken:,} secrets open under no key of this server and were left out."
        )


@click.command("import")
@options.data_options
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_INSTANCE
@_PASSPHRASE
@click.option(
    "--rejects",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where records are written that are not taken over [default: FILE.rejected.ndjson].",
)
@click.option("--check", is_flag=True, help="Only read the file to its end, and say what it is.")
def import_command(
    config: Path | None,
    data: Path | None,
    *,
    source: Path,
    instance_id: str | None,
    passphrase_file: Path | None,
    rejects: Path | None,
    check: bool,
) -> None:
    """Read FILE into an instance: an export of Charter, or a CSV file of users.

    An export goes into a new instance, whose keys and roles make way for those of the file. Users
    of a CSV file, as the Clerk dashboard writes it, are added to those there are. Run again after
    an interruption, it goes on where it stopped.
    """
    kind = sources.kind_of(source)
    passphrase = passphrase_of(passphrase_file, is_new=False) if kind.is_sealed else None
    looked = Progress("Checking")
    found = sources.look(source, kind, passphrase, looked)
    if check:
        click.echo(f"{source} holds {found.records:,} records and is whole.")
        return
    rejects = rejects or source.with_name(source.name + ".rejected.ndjson")
    with database(options.read(config=config, data=data)) as settings:
        require_current(url_of(settings))
        outcome, instance_id = asyncio.run(_import(settings, instance_id, found, rejects))
    of = "users" if found.kind is SourceKind.CSV else "rows"
    click.echo(f"{outcome.written:,} {of} are there, {outcome.rejected:,} were rejected.")
    if found.header is not None and found.header.tables.get("payers"):
        click.echo(
            "Billing is held: nothing is renewed or collected here until you run "
            f"`charter billing resume --instance {instance_id}`. See to it first that the server "
            "which the file comes from does so no more (`charter billing hold`)."
        )
    if outcome.rejected:
        raise Problem(f"What was rejected, and why, stands in {rejects}.")


async def _export(settings: Settings, instance_id: str | None, target: Target) -> Exported:
    async with opened(settings) as platform:
        actor = Actor(ActorKind.OPERATOR, await _instance(platform, instance_id))
        with target.writing(Progress("Exporting")) as sink:
            arguments = {"schema": expected(), "sink": sink}
            return await _said(run(platform, actor, operations.export, arguments=arguments))


async def _import(
    settings: Settings, instance_id: str | None, found: sources.Source, rejects: Path
) -> tuple[Outcome, str]:
    """What became of the file, and into which instance it was read."""
    async with opened(settings) as platform:
        actor = Actor(ActorKind.OPERATOR, await _instance(platform, instance_id))
        outcome = await _said(read_in(platform, actor, found, rejects, Progress("Importing")))
        return outcome, actor.instance_id


async def _said(work: Coroutine[Any, Any, Result]) -> Result:
    """What the work gives; what the core refuses, in a sentence. Raises: Problem."""
    try:
        return await work
    except DomainError as error:
        raise Problem(error.sentence()) from error


async def _instance(platform: Platform, instance_id: str | None) -> str:
    """The instance that is meant. Raises: Problem."""
    ids = [each.id for each in await all_instances(platform)]
    if instance_id is None and len(ids) == 1:
        return ids[0]
    if instance_id is None:
        raise Problem("Name the instance with --instance; see `charter instances list`.")
    if instance_id not in ids:
        raise Problem(f"There is no instance {instance_id}; see `charter instances list`.")
    return instance_id
