"""Finds which customer of the gateway an organization is, and makes it one."""

from dataclasses import asdict

from charter.core.payers.model import Gateway
from charter.core.provider_subscriptions import queries
from charter.core.provider_subscriptions.model import (
    CustomerTaken,
    GatewayCustomer,
    GatewayCustomerLinked,
    GatewayCustomerNotFound,
    GatewayCustomerRow,
)
from charter.core.subscriptions.opening import locked_payer
from charter.kernel.operation import Context

GATEWAY = Gateway.STRIPE


async def find_customer(ctx: Context, organization_id: str) -> GatewayCustomer | None:
    """Which customer an organization is."""
    return await ctx.db.find(
        queries.CUSTOMER_OF_ORGANIZATION, gateway=GATEWAY, organization_id=organization_id
    )


async def customer_of(ctx: Context, organization_id: str) -> GatewayCustomer:
    """The same. Raises: GatewayCustomerNotFound."""
    return await ctx.db.one(
        queries.CUSTOMER_OF_ORGANIZATION,
        missing=GatewayCustomerNotFound(),
        gateway=GATEWAY,
        organization_id=organization_id,
    )


async def locked_customer(
    ctx: Context, organization_id: str, external_customer_id: str
) -> GatewayCustomer:
    """Which customer an organization is from now on, with its payer locked.

    Of two that are named at once the first stays: there is one for an organization.
    Raises: OrganizationNotFound; CustomerTaken. Announces: GatewayCustomerLinked, the first time.
    """
    payer = await locked_payer(ctx, organization_id=organization_id)
    found = await find_customer(ctx, organization_id)
    if found is not None:
        return found
    row = GatewayCustomerRow(
        id=ctx.new_id("gcus_"),
        payer_id=payer.id,
        gateway=GATEWAY,
        external_customer_id=external_customer_id,
        features=[],
        synced_at=None,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    await ctx.db.value(queries.INSERT_CUSTOMER, **asdict(row))
    made = await find_customer(ctx, organization_id)
    if made is None:
        raise CustomerTaken
    ctx.announce(GatewayCustomerLinked(made))
    return made
