"""The command `env`."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

import click

from charter.bootstrap import InstanceKeys, development_instance, opened
from charter.cli import options
from charter.cli.address import at_last_address
from charter.cli.database import database, url_of
from charter.core.oauth_authorizations import account_ids
from charter.migrate import require_current
from charter.problems import Problem
from charter.settings import Settings

OURS = {
    "CHARTER_API_URL": "api_url",
    "CHARTER_SECRET_KEY": "secret_key",
    "CHARTER_PUBLISHABLE_KEY": "publishable_key",
    "CHARTER_FRONTEND_URL": "frontend_url",
    "CHARTER_JWT_KEY": "jwt_key",
    "CHARTER_APPLICATION_ID": "application_id",
}
SERVERS = {"CLERK_API_URL": "api_url", "CLERK_SECRET_KEY": "secret_key", "CLERK_JWT_KEY": "jwt_key"}
BROWSERS = {
    "CLERK_PUBLISHABLE_KEY": "publishable_key",
    "CLERK_PROXY_URL": "frontend_url",
    "CLERK_JS_URL": "script_url",
    "CLERK_UI_URL": "components_url",
}
QUIET = {"CLERK_TELEMETRY_DISABLED": "yes"}
NAMES: Mapping[str, Mapping[str, str]] = {
    "react": {f"VITE_{name}": fact for name, fact in BROWSERS.items()},
    "express": {**SERVERS, **BROWSERS, **QUIET},
    "nextjs": {
        **SERVERS,
        **{f"NEXT_PUBLIC_{name}": fact for name, fact in {**BROWSERS, **QUIET}.items()},
    },
}
"""For each official client, the variables that point it at us, and what each holds.

A React app is built by Vite, which passes on what begins with its name.
"""


@click.command()
@options.data_options
@click.option(
    "--for",
    "client",
    type=click.Choice(list(NAMES)),
    help="Print the variables that this official client reads.",
)
def env(config: Path | None, data: Path | None, client: str | None) -> None:
    """Print what clients need as KEY=value lines, for a shell and for .env files.

    Use it as `eval "$(charter env)"` or `charter env --for nextjs > .env`.
    """
    with database(options.read(config=config, data=data)) as settings:
        require_current(url_of(settings))
        keys = asyncio.run(_keys(settings))
    settings = at_last_address(settings)
    known = facts(settings, keys)
    for name, fact in (NAMES[client] if client else OURS).items():
        click.echo(f"{name}={quoted(known[fact])}")


def facts(settings: Settings, keys: InstanceKeys) -> dict[str, str]:
    """What clients are told, by the names that `NAMES` uses."""
    # Clients would ask for scripts over https, whatever their proxy URL begins with.
    scripts = f"{settings.proxy_url}/npm/@clerk"
    return {
        "api_url": settings.api_url,
        "secret_key": keys.secret_key,
        "publishable_key": keys.publishable_key,
        "frontend_url": keys.under(settings.proxy_url),
        "jwt_key": keys.jwt_key,
        "application_id": account_ids.shown(keys.instance_id),
        "script_url": f"{scripts}/clerk-js@6/dist/clerk.browser.js",
        "components_url": f"{scripts}/ui@1/dist/ui.browser.js",
        "yes": "1",
    }


async def _keys(settings: Settings) -> InstanceKeys:
    async with opened(settings) as platform:
        found = await development_instance(platform)
    if found is None:
        raise Problem("There is no development instance here; see `charter instances list`.")
    return found


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
