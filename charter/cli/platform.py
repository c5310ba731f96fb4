"""The operations' platform as a command needs it: opened, used, closed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol

from charter.kernel.actor import Actor, ActorKind
from charter.kernel.platform import Platform
from charter.settings import Settings


class InstanceKeys(Protocol):
    """What a client of an instance needs."""

    @property
    def instance_id(self) -> str:
        """The instance."""

    @property
    def secret_key(self) -> str:
        """`sk_test_…` or `sk_live_…`."""

    @property
    def publishable_key(self) -> str:
        """`pk_test_…` or `pk_live_…`."""

    @property
    def jwt_key(self) -> str:
        """The public key of session tokens, PEM."""


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Platform]:
    """The platform over the settings' database."""
    from charter import bootstrap  # noqa: PLC0415 - loads every area of the core

    async with bootstrap.opened(settings) as platform:
        yield platform


async def first_keys(settings: Settings) -> InstanceKeys:
    """The keys of the first development instance, which is made when there is none."""
    from charter import bootstrap  # noqa: PLC0415 - loads every area of the core

    async with opened(settings) as platform:
        keys: InstanceKeys = await bootstrap.first_instance(platform)
        return keys


def operator(instance_id: str) -> Actor:
    """Who acts when somebody types a command on the machine itself."""
    return Actor(ActorKind.OPERATOR, instance_id)
