"""Does something in the instance that a command is for."""

import asyncio
from collections.abc import Awaitable, Callable

from charter.bootstrap import opened
from charter.cli.database import database, url_of
from charter.cli.keys import one_instance
from charter.core.instances.model import Instance
from charter.kernel.errors import DomainError
from charter.kernel.platform import Platform
from charter.migrate import require_current
from charter.problems import Problem
from charter.settings import Settings

Done = Callable[[Platform, Instance], Awaitable[None]]


def do(settings: Settings, instance_id: str | None, done: Done) -> None:
    """Do something for the named instance, or the only one."""
    with database(settings) as complete:
        require_current(url_of(complete))
        asyncio.run(_done(complete, instance_id, done))


async def _done(settings: Settings, instance_id: str | None, done: Done) -> None:
    async with opened(settings) as platform:
        try:
            await done(platform, await one_instance(platform, instance_id))
        except DomainError as error:
            raise Problem(error.sentence()) from error
