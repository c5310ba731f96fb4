"""The commands `instances list`, `instances create` and `instances configure`."""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import msgspec

from charter.bootstrap import InstanceKeys, all_instances, new_instance, opened
from charter.cli import options
from charter.cli.address import at_last_address
from charter.cli.database import database, url_of
from charter.core.instances import configuring, operations
from charter.core.instances.model import Environment, Instance
from charter.core.keys.model import publishable_key
from charter.kernel.actor import Actor, ActorKind
from charter.kernel.errors import DomainError
from charter.kernel.operation import run
from charter.migrate import require_current
from charter.problems import Problem
from charter.settings import Settings

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
HOST = re.compile(rf"(?=.{{4,255}}$)(?:{_LABEL}\.)+{_LABEL}(?::\d{{1,5}})?")
"""A DNS name of two labels or more, with a port where it has one."""


@click.group()
def instances() -> None:
    """The instances of this server: pools of users with their own keys and data."""


@instances.command("list")
@options.data_options
def list_instances(config: Path | None, data: Path | None) -> None:
    """List all instances, the oldest first."""
    with database(options.read(config=config, data=data)) as settings:
        require_current(url_of(settings))
        for instance in asyncio.run(_all(settings)):
            key = publishable_key(instance.environment.mark, instance.frontend_host)
            click.echo(
                f"{instance.id}  {instance.environment:<11}  {instance.application_name}  {key}"
            )


@instances.command()
@options.data_options
@click.option("--name", required=True, help="The application's name.")
@click.option(
    "--environment",
    type=click.Choice([member.value for member in Environment]),
    default=Environment.DEVELOPMENT.value,
    show_default=True,
    help="For trying out, or for real.",
)
@click.option(
    "--host",
    required=True,
    help="The host of its Frontend API, with a dot in it: auth.acme.com.",
)
def create(
    config: Path | None, data: Path | None, *, name: str, environment: str, host: str
) -> None:
    """Make an application with an instance; its secret key is printed this once."""
    host = host.strip().lower()
    if HOST.fullmatch(host) is None or not name.strip() or not name.isprintable():
        raise click.UsageError(
            "The host is a name with a dot in it, like auth.acme.com, without https:// and path;"
            " the name has a letter and no line ends."
        )
    with database(options.read(config=config, data=data)) as settings:
        require_current(url_of(settings))
        made = asyncio.run(_create(settings, name.strip(), Environment(environment), host))
    click.echo(f"Instance         {made.instance_id}")
    click.echo(f"Publishable key  {made.publishable_key}")
    click.echo(f"Secret key       {made.secret_key}")
    if made.is_alone:
        return
    if environment == Environment.DEVELOPMENT:
        click.echo(f"Frontend API     {made.under(at_last_address(settings).proxy_url)}/v1")
    click.echo(
        "Of several instances, a host or an id in the path has to name one."
        " `charter env` tells what apps of the first are to use now.",
        err=True,
    )


@instances.command()
@options.data_options
@click.argument("instance_id")
@click.argument("assignments", nargs=-1, metavar="[NAME=VALUE]...")
def configure(
    config: Path | None, data: Path | None, *, instance_id: str, assignments: tuple[str, ...]
) -> None:
    """Change settings of an instance, or show them all.

    NAME is dotted: sign_up.mode=waitlist, attributes.username.is_enabled=true. VALUE is JSON, or
    a text; null brings a setting back to its default.
    """
    changes = _changes(assignments)
    with database(options.read(config=config, data=data)) as settings:
        require_current(url_of(settings))
        found = asyncio.run(_configure(settings, instance_id, changes))
    for name, value in _flat(msgspec.to_builtins(found.settings)):
        click.echo(f"{name}={msgspec.json.encode(value).decode()}")


def _changes(assignments: tuple[str, ...]) -> dict[str, Any]:
    """The merge patch that assignments make. Raises: UsageError, for one that is none."""
    made: dict[str, Any] = {}
    for assignment in assignments:
        name, sign, text = assignment.partition("=")
        if not sign or not name:
            raise click.UsageError(f"{assignment} is not NAME=VALUE.")
        try:
            value = msgspec.json.decode(text)
        except msgspec.DecodeError:
            value = text
        *groups, last = name.split(".")
        into = made
        for group in groups:
            into = into.setdefault(group, {})
            if not isinstance(into, dict):
                raise click.UsageError(f"{name} is given twice: {group} has a value already.")
        into[last] = value
    return made


def _flat(settings: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in settings.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value


async def _configure(settings: Settings, instance_id: str, changes: dict[str, Any]) -> Instance:
    async with opened(settings) as platform:
        if all(each.id != instance_id for each in await all_instances(platform)):
            raise Problem(f"There is no instance {instance_id}; see `charter instances list`.")
        actor = Actor(ActorKind.OPERATOR, instance_id)
        try:
            if not changes:
                return await run(platform, actor, operations.get, arguments={})
            return await run(platform, actor, configuring.configure, arguments={"changes": changes})
        except DomainError as error:
            raise Problem(error.sentence()) from error


async def _all(settings: Settings) -> tuple[Instance, ...]:
    async with opened(settings) as platform:
        return await all_instances(platform)


async def _create(
    settings: Settings, name: str, environment: Environment, host: str
) -> InstanceKeys:
    async with opened(settings) as platform:
        # The host is in the publishable key: two instances with one could not be told apart.
        others = await all_instances(platform)
        if any(each.frontend_host == host for each in others):
            raise Problem(
                f"There is an instance with the host {host}; see `charter instances list`."
            )
        try:
            made = await new_instance(platform, name, environment, host)
        except DomainError as error:
            raise Problem(error.message) from error
        return replace(made, is_alone=all(each.is_accountless for each in others))
