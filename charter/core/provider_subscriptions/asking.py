"""Asks the instance's gateway, while no transaction is open."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from charter.core.payers.model import Gateway
from charter.core.payments import queries as payments
from charter.core.payments.model import (
    SECRET_OF_GATEWAY,
    WEBHOOK_SECRET_OF_GATEWAY,
    GatewayAway,
    GatewayNotSet,
    GatewaySecret,
)
from charter.core.provider_subscriptions.model import GatewayRefused, GatewayUnavailable
from charter.core.provider_subscriptions.told import Refused
from charter.kernel.db import Db
from charter.kernel.operation import Context
from charter.kernel.platform import PaymentGateway, Platform

ASKING_ERRORS = (GatewayNotSet, GatewayRefused, GatewayUnavailable)
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Connected:
    """The gateway with what the instance reaches it by. webhook_secret: None, where none is set."""

    gateway: PaymentGateway
    secret: str = field(repr=False)
    webhook_secret: str | None = field(default=None, repr=False)

    async def ask(
        self, what: Callable[..., Awaitable[Answer]], *arguments: Any, **options: Any
    ) -> Answer:
        """What a method of the gateway answers. Raises: GatewayRefused; GatewayUnavailable."""
        try:
            return await what(self.secret, *arguments, **options)
        except Refused as refused:
            raise GatewayRefused(gateway_code=refused.code) from refused
        except GatewayAway as away:
            raise GatewayUnavailable from away


async def connected(platform: Platform, db: Db) -> Connected:
    """The instance's gateway. Raises: GatewayNotSet."""
    kept: GatewaySecret | None = await db.find(payments.GATEWAY, gateway=Gateway.STRIPE)
    if kept is None:
        raise GatewayNotSet(gateway=Gateway.STRIPE.value)
    found = opened(platform, kept.id, kept.sealed_secret)
    if kept.sealed_webhook_secret is None:
        return found
    context = WEBHOOK_SECRET_OF_GATEWAY.format(id=kept.id)
    webhook_secret = platform.vault.open(kept.sealed_webhook_secret, context).decode()
    return replace(found, webhook_secret=webhook_secret)


def opened(platform: Platform, gateway_id: str, sealed_secret: bytes) -> Connected:
    """The gateway by a sealed secret, which may be of an instance that is gone.

    Raises: GatewayNotSet, where this server asks none.
    """
    if platform.gateway is None:
        raise GatewayNotSet(gateway=Gateway.STRIPE.value)
    secret = platform.vault.open(sealed_secret, SECRET_OF_GATEWAY.format(id=gateway_id))
    return Connected(platform.gateway, secret.decode())


async def connected_of(ctx: Context) -> Connected:
    """The instance's gateway, with the connection given back while it is asked.

    To be called before anything is written: what was read is read again, where it matters.
    Raises: GatewayNotSet.
    """
    found = await connected(ctx.platform, ctx.db)
    if ctx.db.writes:
        await ctx.db.end(commit=False)
    return found
