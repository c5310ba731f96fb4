"""The commands `instances list` and `instances create`."""

import asyncio
from pathlib import Path

import click

from charter.cli import options
from charter.cli.database import database, url_of
from charter.cli.platform import opened, operator
from charter.core.instances import operations
from charter.core.instances.model import Environment, Instance
from charter.core.instances.queries import ALL_INSTANCES
from charter.core.keys.model import publishable_key
from charter.kernel.errors import DomainError
from charter.kernel.ids import new_id
from charter.kernel.operation import run
from charter.migrate import require_current
from charter.problems import Problem
from charter.settings import Settings


@click.group()
def instances() -> None:
    """The instances of this server: pools of users with their own keys and data."""


@instances.command("list")
@options.data_options
def list_instances(config: Path | None, data: Path | None) -> None:
    """List all instances, the oldest first."""
    with database(options.read(config=config, data=data)) as settings:
        require_current(url_of(settings))
        for instance in asyncio.run(all_instances(settings)):
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
    if "." not in host.strip(".") or not name.strip():
        raise click.UsageError("The host needs a dot in it and the name a letter.")
    with database(options.read(config=config, data=data)) as settings:
        require_current(url_of(settings))
        made = asyncio.run(_create(settings, name.strip(), Environment(environment), host))
    mark = made.instance.environment.mark
    click.echo(f"Instance         {made.instance.id}")
    click.echo(f"Publishable key  {publishable_key(mark, made.instance.frontend_host)}")
    click.echo(f"Secret key       {made.secret_key}")


async def all_instances(settings: Settings) -> tuple[Instance, ...]:
    """Every instance of the server, the oldest first."""
    async with opened(settings) as platform:
        return await platform.database.reading("").all(ALL_INSTANCES)


async def _create(
    settings: Settings, name: str, environment: Environment, host: str
) -> operations.NewInstance:
    arguments = {"application_name": name, "environment": environment, "frontend_host": host}
    async with opened(settings) as platform:
        try:
            return await run(
                platform, operator(new_id("ins_")), operations.create, arguments=arguments
            )
        except DomainError as error:
            raise Problem(error.message) from error
