"""The command `audit verify`."""

import asyncio
from pathlib import Path

import click

from charter.bootstrap import all_instances, opened
from charter.cli import options
from charter.cli.database import database, url_of
from charter.core.audit import operations
from charter.core.audit.model import Verification
from charter.kernel.actor import Actor, ActorKind
from charter.kernel.operation import run
from charter.migrate import require_current
from charter.problems import Problem
from charter.settings import Settings


@click.group()
def audit() -> None:
    """The audit log."""


@audit.command()
@options.data_options
def verify(config: Path | None, data: Path | None) -> None:
    """Walk along every instance's chain and say where it first does not hold."""
    with database(options.read(config=config, data=data)) as settings:
        require_current(url_of(settings))
        found = asyncio.run(_verify(settings))
    for instance_id, verification in found.items():
        click.echo(f"{instance_id}  {_said(verification)}")
    if any(verification.first_break for verification in found.values()):
        raise Problem("The audit log is not as it was written.")


async def _verify(settings: Settings) -> dict[str, Verification]:
    async with opened(settings) as platform:
        return {
            instance.id: await run(
                platform, Actor(ActorKind.OPERATOR, instance.id), operations.verify, arguments={}
            )
            for instance in await all_instances(platform)
        }


def _said(verification: Verification) -> str:
    broken = verification.first_break
    if broken is None:
        return f"{verification.entries} entries, whole"
    return f"{verification.entries} entries hold, then entry {broken.sequence} is {broken.reason}"
