"""Ends at the gateway what organizations had there, once they are gone."""

import base64

from charter.core.payers import queries as payers
from charter.core.payments import queries as payments
from charter.core.provider_subscriptions import queries
from charter.core.provider_subscriptions.applying import keep_subscription
from charter.core.provider_subscriptions.asking import (
    ASKING_ERRORS,
    Connected,
    connected,
    opened,
)
from charter.core.provider_subscriptions.linking import GATEWAY
from charter.core.provider_subscriptions.model import (
    GatewayCustomer,
    GatewayCustomerNotFound,
    ProviderSubscription,
)
from charter.core.provider_subscriptions.told import Told, ToldSubscription
from charter.core.vocabulary import Permission
from charter.kernel.actor import Actor, ActorKind
from charter.kernel.jobs import ClaimedJob
from charter.kernel.operation import Context, operation, run
from charter.kernel.platform import Platform

END = "provider_subscriptions.end_all"
END_LEFT = "provider_subscriptions.end_left"
"""The kind of job for what an instance has left behind; its payload is a `customer` of a gateway,
with the `gateway_id` and the `sealed_secret` by which the instance reached it."""


async def end_later(ctx: Context, organization_id: str) -> None:
    """Have all subscriptions of an organization canceled once it is gone, if it has any there."""
    found = await ctx.db.find(
        queries.CUSTOMER_OF_ORGANIZATION, gateway=GATEWAY, organization_id=organization_id
    )
    if found is not None:
        ctx.defer(END, {"organization_id": organization_id})


async def end_left_later(leaving: Context, asker: Context) -> None:
    """Have all subscriptions in an instance canceled once it is gone, with all that it knows.

    Those of organizations that went before are among them: what was to end them goes as well.
    asker: in whose instance the jobs are asked for, since those of the leaving one go with it.
    """
    gateway = await leaving.db.find(payments.GATEWAY, gateway=GATEWAY)
    if gateway is None:
        return
    sealed = base64.b64encode(gateway.sealed_secret).decode()
    for customer in await leaving.db.all(queries.CUSTOMERS, gateway=GATEWAY):
        asker.defer(
            END_LEFT,
            {
                "customer": customer.external_customer_id,
                "gateway_id": gateway.id,
                "sealed_secret": sealed,
            },
        )


@operation(
    "provider_subscriptions.end_all",
    permission=Permission.BILLING_MANAGE,
    raises=(GatewayCustomerNotFound, *ASKING_ERRORS),
)
async def end_all(ctx: Context, organization_id: str) -> tuple[ProviderSubscription, ...]:
    """Cancel at once all that a gateway keeps for an organization, which may be gone.

    Asked of the gateway itself: it may have subscriptions that it has told nobody of.
    Returns: what was canceled.
    Raises: GatewayCustomerNotFound; GatewayNotSet; GatewayRefused; GatewayUnavailable.
    Announces: ProviderSubscriptionUpdated, for each.
    """
    await ctx.allow()
    reading = ctx.platform.database.reading(ctx.actor.instance_id)
    customer: GatewayCustomer = await reading.one(
        queries.CUSTOMER_OF_ORGANIZATION,
        missing=GatewayCustomerNotFound(),
        gateway=GATEWAY,
        organization_id=organization_id,
    )
    gateway = await connected(ctx.platform, reading)
    asked_at = ctx.platform.clock()
    ended = await _canceled(gateway, customer.external_customer_id)
    await payers.lock_payer(ctx.db, customer.payer_id)
    return tuple([await keep_subscription(ctx, customer, each, asked_at) for each in ended])


async def end_by_job(platform: Platform, job: ClaimedJob) -> None:
    """Do it. A gateway that is away is asked again; what was canceled stays so."""
    actor = Actor(ActorKind.SYSTEM, job.instance_id)
    await run(platform, actor, end_all, arguments=dict(job.payload))


async def end_left_by_job(platform: Platform, job: ClaimedJob) -> None:
    """Do a job of the kind END_LEFT: nothing is kept of it, since nobody is left to be told."""
    payload = job.payload
    sealed_secret = base64.b64decode(payload["sealed_secret"])
    await _canceled(opened(platform, payload["gateway_id"], sealed_secret), payload["customer"])


async def _canceled(gateway: Connected, external_customer_id: str) -> list[ToldSubscription]:
    """All that a gateway keeps for a customer, canceled there at once.

    Raises: GatewayRefused; GatewayUnavailable.
    """
    told: Told = await gateway.ask(gateway.gateway.told, external_customer_id)
    return [
        await gateway.ask(gateway.gateway.cancel, each.external_id, at_period_end=False)
        for each in told.subscriptions
        if not each.status.is_over
    ]
