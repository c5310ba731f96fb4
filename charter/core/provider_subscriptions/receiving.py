"""Receives what a gateway posts: that something happened, which is then asked for anew."""

from datetime import datetime, timedelta

from charter.core.invoices.model import InvoiceStatus
from charter.core.organizations import billing_state
from charter.core.organizations.model import OrganizationNotFound
from charter.core.payments.model import GatewayNotSet
from charter.core.provider_subscriptions import queries
from charter.core.provider_subscriptions.applying import apply
from charter.core.provider_subscriptions.asking import ASKING_ERRORS, Connected, connected
from charter.core.provider_subscriptions.linking import GATEWAY, locked_customer
from charter.core.provider_subscriptions.model import (
    CustomerTaken,
    EventNotSigned,
    GatewayEventReceived,
    Received,
)
from charter.core.provider_subscriptions.pulling import paid_until
from charter.core.provider_subscriptions.told import NotSigned, Told, ToldEvent
from charter.core.vocabulary import Permission
from charter.kernel.db import Db
from charter.kernel.operation import Context, operation

REMEMBERED_FOR = timedelta(days=30)
"""How long a repeated event is known as one; gateways repeat them for some days."""
CHECKOUT = "checkout.session.completed"
PAID = "invoice.paid"
NOT_PAID = "invoice.payment_failed"
HEARD = ("customer.subscription.", "invoice.", "charge.refunded", "entitlements.", CHECKOUT)
"""What the names of the events begin with that say something about a customer."""


@operation(
    "provider_subscriptions.receive",
    permission=Permission.PUBLIC,
    raises=(EventNotSigned, *ASKING_ERRORS),
)
async def receive(ctx: Context, payload: bytes, signature: str) -> Received:
    """Take an event that the gateway signed, once; what it is about is read from the gateway.

    So events may come in any order, twice, or late: what is kept is what holds when they come.
    payload: the body as it came. signature: the header `Stripe-Signature`, at most 300 s old.
    Returns: the event; one that came before, or is about nobody known here, has no effect.
    Raises: EventNotSigned; GatewayRefused; GatewayUnavailable, so that it is posted again.
    Announces: GatewayEventReceived, and what changed.
    """
    await ctx.allow()
    reading = ctx.platform.database.reading(ctx.actor.instance_id)
    gateway = await _signing(ctx, reading)
    try:
        event = gateway.gateway.event(payload, signature, gateway.webhook_secret)
    except NotSigned:
        raise EventNotSigned from None
    known = {"gateway": GATEWAY, "external_id": event.external_id}
    if not event.type.startswith(HEARD) or await reading.value(queries.SEEN, **known) is not None:
        return Received(event.external_id, has_effect=False)
    organization_id = await _organization_of(reading, event)
    if organization_id is None or event.external_customer_id is None:
        return Received(event.external_id, has_effect=False)
    asked_at = ctx.platform.clock()
    told: Told = await gateway.ask(gateway.gateway.told, event.external_customer_id)
    try:
        customer = await locked_customer(ctx, organization_id, event.external_customer_id)
    except (OrganizationNotFound, CustomerTaken):
        # It is gone, or somebody else: nothing that would be better at another try.
        return Received(event.external_id, has_effect=False)
    received = Received(event.external_id, has_effect=True)
    is_other = customer.external_customer_id != event.external_customer_id
    if is_other or await ctx.db.value(queries.REMEMBER, **known, now=ctx.now) is None:
        return Received(event.external_id, has_effect=False)
    await apply(ctx, customer, told, asked_at)
    await _conclude(ctx, organization_id, event, told)
    ctx.announce(GatewayEventReceived(received))
    return received


async def _signing(ctx: Context, reading: Db) -> Connected:
    """The instance's gateway. Raises: EventNotSigned, where it signs nothing."""
    try:
        found = await connected(ctx.platform, reading)
    except GatewayNotSet:
        raise EventNotSigned from None
    if found.webhook_secret is None:
        raise EventNotSigned
    return found


async def _organization_of(reading: Db, event: ToldEvent) -> str | None:
    """Whom an event is about: the customer's organization, or the one that a checkout is for."""
    customer = await reading.find(
        queries.CUSTOMER, gateway=GATEWAY, external_customer_id=event.external_customer_id
    )
    if customer is not None:
        return customer.organization_id
    return None if event.checkout is None else event.checkout.organization_id


async def _conclude(ctx: Context, organization_id: str, event: ToldEvent, told: Told) -> None:
    """Keep what an event says of whether the organization is paid."""
    if event.type == PAID:
        until: datetime | None = paid_until(told, event.object_id)
        if until is not None:
            await billing_state.paid(ctx, organization_id, until)
    elif event.type == CHECKOUT:
        until = paid_until(told)
        if until is not None and until > ctx.now:
            await billing_state.paid(ctx, organization_id, until)
    elif event.type == NOT_PAID:
        invoice = next((one for one in told.invoices if one.external_id == event.object_id), None)
        # It may have been paid since.
        if invoice and invoice.status is InvoiceStatus.OPEN and invoice.subscription is not None:
            await billing_state.overdue(ctx, organization_id)
