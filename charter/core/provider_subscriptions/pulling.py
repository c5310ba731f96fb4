"""Reads all that a gateway knows of a customer, and keeps it with what follows."""

from datetime import datetime

from charter.core.invoices.model import InvoiceStatus
from charter.core.organizations import billing_state
from charter.core.provider_subscriptions.applying import apply
from charter.core.provider_subscriptions.asking import Connected
from charter.core.provider_subscriptions.linking import locked_customer
from charter.core.provider_subscriptions.model import CustomerTaken
from charter.core.provider_subscriptions.told import Told
from charter.kernel.operation import Context


async def pull(
    ctx: Context, gateway: Connected, organization_id: str, external_customer_id: str
) -> Told:
    """Ask for a customer and keep what is told, as well as until when it has paid.

    To be called while no transaction is open.
    Raises: GatewayRefused; GatewayUnavailable; OrganizationNotFound; CustomerTaken, also where the
    organization is another customer already.
    """
    asked_at = ctx.platform.clock()
    told: Told = await gateway.ask(gateway.gateway.told, external_customer_id)
    customer = await locked_customer(ctx, organization_id, external_customer_id)
    if customer.external_customer_id != external_customer_id:
        raise CustomerTaken
    await apply(ctx, customer, told, asked_at)
    until = paid_until(told)
    if until is not None and until > ctx.now:
        await billing_state.paid(ctx, organization_id, until)
    return told


def paid_until(told: Told, invoice: str | None = None) -> datetime | None:
    """Until when the paid invoices of subscriptions reach; None where none is paid.

    invoice: of that one alone.
    """
    ends = [
        each.period_end
        for each in told.invoices
        if each.status is InvoiceStatus.PAID
        and each.subscription is not None
        and each.period_end is not None
        and invoice in (None, each.external_id)
    ]
    return max(ends, default=None)
