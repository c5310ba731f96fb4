"""The commands under `providers`: where else people of an instance may sign in."""

from pathlib import Path
from typing import Any

import click

from charter.cli import options
from charter.cli.keys import operator
from charter.cli.within import do
from charter.core.identity_providers import operations
from charter.core.identity_providers.model import (
    IdentityProvider,
    IdentityProviderPatch,
    NewIdentityProvider,
)
from charter.core.identity_providers.presets import PRESETS
from charter.core.identity_providers.speaking import callback_url
from charter.core.instances.model import Instance
from charter.kernel.operation import run
from charter.kernel.patch import UNSET
from charter.kernel.platform import Platform

_of_instance = click.option(
    "--instance", help="The instance, by id; needed when there are several."
)
_secret_file = click.option(
    "--client-secret-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file with the secret; asked for without one. Of Apple: JSON with team_id, key_id and "
    "private_key.",
)
_scope = click.option("--scope", "scopes", multiple=True, help="A scope to ask for beside those.")
_trust = click.option(
    "--trust",
    "trusted_domains",
    multiple=True,
    help="A domain about whose addresses it is believed, or *; without one, known providers are "
    "believed where they prove addresses, and custom ones never.",
)
_claim = click.option(
    "--claim",
    "claims",
    multiple=True,
    metavar="OURS=THEIRS",
    help="Where a custom provider says something: subject, email, email_verified, first_name, ….",
)


@click.group()
def providers() -> None:
    """Identity providers: Google, GitHub, …, or any OpenID provider of your own."""


@providers.command("list")
@options.data_options
@_of_instance
def list_providers(config: Path | None, data: Path | None, *, instance: str | None) -> None:
    """List the providers of an instance, never a secret, and those that are known by name."""

    async def done(platform: Platform, of: Instance) -> None:
        for row in await run(platform, operator(of), operations.search, arguments={}):
            click.echo(_line(row))
        click.echo(f"Callback URL  {callback_url(platform.addresses, of)}")
        click.echo(f"Known         {', '.join(f'oauth_{name}' for name in PRESETS)}")

    do(options.read(config=config, data=data), instance, done)


@providers.command()
@options.data_options
@_of_instance
@click.argument("strategy")
@click.option("--client-id", required=True, help="What the provider calls this instance.")
@_secret_file
@click.option("--name", help="What people see; made from the strategy where it is left out.")
@click.option("--issuer", help="Of a custom provider that publishes an OpenID document.")
@click.option("--authorize-url", help="Of one that publishes none: where people go.")
@click.option("--token-url", help="Where codes are exchanged.")
@click.option("--userinfo-url", help="Where the profile is.")
@click.option("--jwks-url", help="Where the keys of ID tokens are.")
@_scope
@_trust
@_claim
def add(
    config: Path | None,
    data: Path | None,
    *,
    instance: str | None,
    client_secret_file: Path | None,
    claims: tuple[str, ...],
    **given: Any,
) -> None:
    """Let people sign in by a provider: oauth_google, …, or oauth_custom_NAME for one of yours.

    Register the callback URL, which is printed, with the provider.
    """
    secret = _secret(client_secret_file)
    new = NewIdentityProvider(client_secret=secret, claims=_claims(claims), **given)

    async def done(platform: Platform, of: Instance) -> None:
        row = await run(platform, operator(of), operations.create, arguments={"new": new})
        click.echo(_line(row))
        click.echo(f"Callback URL  {callback_url(platform.addresses, of)}")

    do(options.read(config=config, data=data), instance, done)


@providers.command()
@options.data_options
@_of_instance
@click.argument("strategy")
@click.option("--enable/--disable", "is_enabled", default=None, help="Whether people may use it.")
@click.option("--client-id", help="What the provider calls this instance.")
@click.option("--new-secret", is_flag=True, help="Ask for a new secret.")
@_secret_file
@click.option("--name", help="What people see.")
@_scope
@_trust
@_claim
def update(
    config: Path | None,
    data: Path | None,
    *,
    instance: str | None,
    strategy: str,
    client_secret_file: Path | None,
    new_secret: bool,
    claims: tuple[str, ...],
    **given: Any,
) -> None:
    """Change a provider; what is not named stays, and lists that are named are replaced."""
    fields = {name: value for name, value in given.items() if value not in (None, ())}
    has_secret = new_secret or client_secret_file is not None
    patch = IdentityProviderPatch(
        client_secret=_secret(client_secret_file) if has_secret else UNSET,
        claims=_claims(claims) if claims else UNSET,
        **fields,
    )

    async def done(platform: Platform, of: Instance) -> None:
        arguments = {"strategy": strategy, "patch": patch}
        click.echo(_line(await run(platform, operator(of), operations.update, arguments=arguments)))

    do(options.read(config=config, data=data), instance, done)


@providers.command()
@options.data_options
@_of_instance
@click.argument("strategy")
def remove(config: Path | None, data: Path | None, *, instance: str | None, strategy: str) -> None:
    """Take a provider away; whom it let in stays, and signs in by other means."""

    async def done(platform: Platform, of: Instance) -> None:
        arguments = {"strategy": strategy}
        row = await run(platform, operator(of), operations.delete, arguments=arguments)
        click.echo(f"{row.strategy} was removed.")

    do(options.read(config=config, data=data), instance, done)


def _secret(file: Path | None) -> str:
    if file is not None:
        return file.read_text().strip()
    return str(click.prompt("Client secret", hide_input=True))


def _claims(given: tuple[str, ...]) -> dict[str, str]:
    pairs = [pair.partition("=") for pair in given]
    if not all(mark and theirs for _, mark, theirs in pairs):
        raise click.UsageError("A claim is written as OURS=THEIRS, such as email=mail.")
    return {ours: theirs for ours, _, theirs in pairs}


def _line(row: IdentityProvider) -> str:
    state = "enabled" if row.is_enabled else "disabled"
    return f"{row.strategy}  {state}  {row.name}  {row.client_id}"
