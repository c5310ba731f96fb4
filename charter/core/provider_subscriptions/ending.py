"""Ends at the gateway what an organization had there, once the organization is gone."""

from charter.core.payers import queries as payers
from charter.core.provider_subscriptions import queries
from charter.core.provider_subscriptions.applying import keep_subscription
from charter.core.provider_subscriptions.asking import ASKING_ERRORS, connected
from charter.core.provider_subscriptions.linking import GATEWAY
from charter.core.provider_subscriptions.model import (
    GatewayCustomer,
    GatewayCustomerNotFound,
    ProviderSubscription,
)
from charter.core.provider_subscriptions.told import Told
from charter.core.vocabulary import Permission
from charter.kernel.actor import Actor, ActorKind
from charter.kernel.jobs import ClaimedJob
from charter.kernel.operation import Context, operation, run
from charter.kernel.platform import Platform

END = "provider_subscriptions.end_all"


async def end_later(ctx: Context, organization_id: str) -> None:
    """Have all subscriptions of an organization canceled once it is gone, if it has any there."""
    found = await ctx.db.find(
        queries.CUSTOMER_OF_ORGANIZATION, gateway=GATEWAY, organization_id=organization_id
    )
    if found is not None:
        ctx.defer(END, {"organization_id": organization_id})


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
    told: Told = await gateway.ask(gateway.gateway.told, customer.external_customer_id)
    running = [each for each in told.subscriptions if not each.status.is_over]
    asked_at = ctx.platform.clock()
    ended = [
        await gateway.ask(gateway.gateway.cancel, each.external_id, at_period_end=False)
        for each in running
    ]
    await payers.lock_payer(ctx.db, customer.payer_id)
    return tuple([await keep_subscription(ctx, customer, each, asked_at) for each in ended])


async def end_by_job(platform: Platform, job: ClaimedJob) -> None:
    """Do it. A gateway that is away is asked again; what was canceled stays so."""
    actor = Actor(ActorKind.SYSTEM, job.instance_id)
    await run(platform, actor, end_all, arguments=dict(job.payload))
