"""The command `env`."""

import asyncio
from pathlib import Path

import click

from charter.bootstrap import InstanceKeys, first_instance, opened
from charter.cli import options
from charter.cli.address import at_last_address
from charter.cli.database import database, url_of
from charter.migrate import require_current
from charter.settings import Settings


@click.command()
@options.data_options
def env(config: Path | None, data: Path | None) -> None:
    """Print what clients need as KEY=value lines, for a shell and for .env files.

    Use it as `eval "$(charter env)"` or `charter env > .env`.
    """
    with database(options.read(config=config, data=data)) as settings:
        require_current(url_of(settings))
        keys = asyncio.run(_keys(settings))
    settings = at_last_address(settings)
    for name, value in (
        ("CHARTER_API_URL", settings.api_url),
        ("CHARTER_SECRET_KEY", keys.secret_key),
        ("CHARTER_PUBLISHABLE_KEY", keys.publishable_key),
        ("CHARTER_FRONTEND_URL", settings.frontend_url),
        ("CHARTER_JWT_KEY", keys.jwt_key),
    ):
        click.echo(f"{name}={quoted(value)}")


async def _keys(settings: Settings) -> InstanceKeys:
    async with opened(settings) as platform:
        return await first_instance(platform)


def quoted(value: str) -> str:
    r"""A value as a POSIX shell and a reader of .env files both take it.

    Line ends become the two characters `\n`: readers of .env files turn them back in double
    quotes, and a shell keeps them there. Plain values stay bare.
    Raises: ValueError, for what the two would read differently.
    """
    line = value.strip().replace("\r\n", "\n").replace("\n", "\\n")
    if line and all(letter.isalnum() or letter in "-_./:+=@" for letter in line):
        return line
    if any(letter in line.replace("\\n", "") for letter in '"$`\\!'):
        raise ValueError("A shell and a reader of .env files would read this value differently.")
    return f'"{line}"'
