"""The commands under `clients`: the app's own programs at the Accounts API."""

from pathlib import Path

import click

from charter.cli import options
from charter.cli.keys import operator
from charter.cli.within import do
from charter.core.account_clients import operations
from charter.core.account_clients.model import GRANT_TYPES, AuthMethod, NewAccountClient
from charter.core.instances.model import Instance
from charter.core.oauth_authorizations.account_ids import shown
from charter.kernel.lists import Search
from charter.kernel.operation import run
from charter.kernel.platform import Platform

MOST_LISTED = 500
_of_instance = click.option(
    "--instance", help="The instance, by id; needed when there are several."
)


@click.group()
def clients() -> None:
    """Clients of the Accounts API: the app's own pages, phone apps and servers."""


@clients.command("list")
@options.data_options
@_of_instance
def list_clients(config: Path | None, data: Path | None, *, instance: str | None) -> None:
    """List the clients of an instance's app, the newest first."""

    async def done(platform: Platform, of: Instance) -> None:
        search = Search(limit=MOST_LISTED, with_total=False)
        found = await run(platform, operator(of), operations.search, arguments={"search": search})
        for each in found.items:
            click.echo(f"{shown(each.id)}  {each.name}  {' '.join(each.grant_types)}")

    do(options.read(config=config, data=data), instance, done)


@clients.command()
@options.data_options
@_of_instance
@click.option("--name", required=True, help="What people see.")
@click.option("--redirect-uri", "redirect_uris", multiple=True, help="Where people come back to.")
@click.option("--origin", "origins", multiple=True, help="An origin of its pages.")
@click.option("--scope", "scope", help="What it may ask for, apart by spaces.")
@click.option("--audience", help="Whom its tokens are for.")
@click.option("--issuer", help="Who its tokens are from, where it is not this server by name.")
@click.option(
    "--grant-type", "grant_types", multiple=True, type=click.Choice(GRANT_TYPES), help="A way in."
)
@click.option("--public", is_flag=True, help="It cannot keep a secret: a page or a phone app.")
def create(
    config: Path | None,
    data: Path | None,
    *,
    instance: str | None,
    name: str,
    redirect_uris: tuple[str, ...],
    origins: tuple[str, ...],
    scope: str | None,
    audience: str | None,
    issuer: str | None,
    grant_types: tuple[str, ...],
    public: bool,
) -> None:
    """Make a client of an instance's app; its secret is printed this once.

    With client credentials it acts for the whole instance, as a secret key does.
    """
    new = NewAccountClient(
        name=name,
        redirect_uris=redirect_uris,
        allowed_origins=origins,
        allowed_scope=scope,
        audience=audience,
        issuer=issuer,
        grant_types=grant_types or None,
        auth_method=AuthMethod.NONE if public else AuthMethod.SECRET_BASIC,
    )

    async def done(platform: Platform, of: Instance) -> None:
        made = await run(platform, operator(of), operations.create, arguments={"new": new})
        click.echo(f"Client  {shown(made.application.id)}")
        if made.secret is not None:
            click.echo(f"Secret  {made.secret}")

    do(options.read(config=config, data=data), instance, done)
