"""The database of a command, and the command `migrate`."""

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from charter import migrate as migrations
from charter.cli import options
from charter.outside.postgres import running, running_url
from charter.problems import EnvironmentProblem
from charter.settings import Settings, development_keys


@contextmanager
def database(settings: Settings) -> Iterator[Settings]:
    """Settings with a database that answers, and its keys.

    It is the one of DATABASE_URL, or the embedded one of the data folder: that of a running
    `charter dev`, or started for this command alone.
    Raises: EnvironmentProblem, when the data folder is empty; DatabaseProblem.
    """
    if settings.database_url:
        yield settings
        return
    if not (settings.postgres_folder / "PG_VERSION").exists() and not _is_readable(settings):
        raise EnvironmentProblem(
            f"There are no data in {settings.data} yet: name another folder with --data, start "
            "`charter dev`, or set DATABASE_URL."
        )
    keys = settings.encryption_keys or development_keys(settings.key_file)
    complete = dataclasses.replace(settings, encryption_keys=keys)
    if url := running_url(settings.postgres_folder):
        yield dataclasses.replace(complete, database_url=url)
        return
    with running(settings.postgres_folder) as postgres:
        yield dataclasses.replace(complete, database_url=postgres.url)


def url_of(settings: Settings) -> str:
    """The database's URL of settings that `database` completed."""
    assert settings.database_url, "the settings come from `database`"  # noqa: S101 - for the type checker
    return settings.database_url


def _is_readable(settings: Settings) -> bool:
    return settings.key_file.exists()


@click.command()
@options.data_options
@click.option("--check", is_flag=True, help="Only say whether migrations are missing.")
def migrate(config: Path | None, data: Path | None, *, check: bool) -> None:
    """Bring the database to the tables of this version."""
    with database(options.read(config=config, data=data)) as settings:
        url = url_of(settings)
        if check:
            migrations.require_current(url)
            click.echo(f"The database is at {migrations.expected()}, as this version needs it.")
            return
        before = migrations.current(url)
        migrations.upgrade(url)
    after = migrations.expected()
    click.echo(f"Nothing to do, it is at {after}." if before == after else f"Migrated to {after}.")
