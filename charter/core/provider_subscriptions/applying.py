"""Keeps what a gateway told of a customer, whichever way it was asked."""

from dataclasses import asdict, fields, replace
from datetime import datetime
from typing import Any

from charter.core.invoices import queries as invoices
from charter.core.invoices.model import Invoice, InvoiceCreated, InvoiceRow, InvoiceUpdated
from charter.core.provider_subscriptions import queries
from charter.core.provider_subscriptions.model import (
    GatewayCustomer,
    GatewayCustomerUpdated,
    ProviderSubscription,
    ProviderSubscriptionCreated,
    ProviderSubscriptionRow,
    ProviderSubscriptionUpdated,
)
from charter.core.provider_subscriptions.told import (
    Told,
    ToldInvoice,
    ToldPayment,
    ToldSubscription,
)
from charter.core.query_deletions.model import RecordKind
from charter.core.query_deletions.queries import forgotten
from charter.core.recorded_payments import queries as recorded_payments
from charter.core.recorded_payments.model import RecordedPaymentRow
from charter.core.recorded_payments.recording import keep, renew
from charter.kernel.operation import Context


async def apply(ctx: Context, customer: GatewayCustomer, told: Told, asked_at: datetime) -> bool:
    """Keep what was told of a customer whose payer is locked.

    asked_at: when the gateway was asked. Two may ask at once: what was asked for earlier than what
    is kept already says nothing new.
    Returns: whether it was kept.
    Announces: what changed.
    """
    if customer.synced_at is not None and customer.synced_at > asked_at:
        return False
    ids = await _keep_subscriptions(ctx, customer, told.subscriptions, asked_at)
    await _keep_invoices(ctx, customer, told.invoices, ids, asked_at)
    await _keep_payments(ctx, customer, told.payments)
    features = [asdict(each) for each in told.features]
    is_same = features == customer.features
    await ctx.db.run(
        queries.SYNC_CUSTOMER,
        customer_id=customer.id,
        features=features,
        synced_at=asked_at,
        updated_at=customer.updated_at if is_same else ctx.now,
    )
    if not is_same:
        after = replace(customer, features=features, synced_at=asked_at, updated_at=ctx.now)
        ctx.announce(GatewayCustomerUpdated(after, before=customer))
    return True


async def keep_subscription(
    ctx: Context, customer: GatewayCustomer, told: ToldSubscription, asked_at: datetime
) -> ProviderSubscription:
    """Keep what was told of one subscription. Announces: what changed."""
    before = await ctx.db.find(queries.BY_EXTERNAL_IDS, external_ids=[told.external_id])
    if before is not None and before.synced_at > asked_at:
        return before
    row = ProviderSubscriptionRow(
        id=ctx.new_id("psub_") if before is None else before.id,
        payer_id=customer.payer_id,
        synced_at=asked_at,
        created_at=told.created_at,
        updated_at=ctx.now,
        external_data=told.data,
        **{name: getattr(told, name) for name in _SAME},
    )
    after = ProviderSubscription(organization_id=customer.organization_id, **asdict(row))
    if before is None:
        await ctx.db.value(queries.INSERT, **asdict(row))
        ctx.announce(ProviderSubscriptionCreated(after))
        return after
    if _is_alike(before, after):
        after = replace(after, updated_at=before.updated_at)
    else:
        ctx.announce(ProviderSubscriptionUpdated(after, before=before))
    await ctx.db.run(queries.UPDATE, **asdict(after))
    return after


_SAME = tuple(
    {each.name for each in fields(ToldSubscription)}
    & {f.name for f in fields(ProviderSubscription)} - {"created_at"}
)
_SAME_OF_INVOICE = tuple(
    {each.name for each in fields(ToldInvoice)} & {f.name for f in fields(Invoice)} - {"created_at"}
)


async def _keep_subscriptions(
    ctx: Context,
    customer: GatewayCustomer,
    told: tuple[ToldSubscription, ...],
    asked_at: datetime,
) -> dict[str, str]:
    """Returns: our ids of the gateway's subscriptions, by its own."""
    kept = [await keep_subscription(ctx, customer, each, asked_at) for each in told]
    return {each.external_id: each.id for each in kept}


async def _keep_invoices(
    ctx: Context,
    customer: GatewayCustomer,
    told: tuple[ToldInvoice, ...],
    subscriptions: dict[str, str],
    asked_at: datetime,
) -> None:
    names = [each.external_id for each in told]
    gone = await forgotten(ctx.db, RecordKind.INVOICE, names, ctx.now)
    known = {
        each.external_id: each
        for each in await ctx.db.all(invoices.BY_EXTERNAL_IDS, external_ids=names)
    }
    for each in reversed(told):
        before = known.get(each.external_id)
        if each.external_id in gone or (before and before.payer_id != customer.payer_id):
            continue
        row = InvoiceRow(
            id=ctx.new_id("inv_") if before is None else before.id,
            payer_id=customer.payer_id,
            subscription_id=subscriptions.get(each.subscription or ""),
            external_data=each.data,
            synced_at=asked_at,
            created_at=each.created_at,
            updated_at=ctx.now,
            **{name: getattr(each, name) for name in _SAME_OF_INVOICE},
        )
        after = Invoice(organization_id=customer.organization_id, **asdict(row))
        if before is None:
            await ctx.db.value(invoices.INSERT, **asdict(row))
            ctx.announce(InvoiceCreated(after))
        elif not _is_alike(before, after):
            await ctx.db.run(invoices.UPDATE, **asdict(after))
            ctx.announce(InvoiceUpdated(after, before=before))


async def _keep_payments(
    ctx: Context, customer: GatewayCustomer, told: tuple[ToldPayment, ...]
) -> None:
    # What Charter itself asked for stands on its own statements.
    foreign = [each for each in told if not each.is_own]
    names = [each.external_id for each in foreign]
    gone = await forgotten(ctx.db, RecordKind.PAYMENT, names, ctx.now)
    for each in reversed(foreign):
        if each.external_id in gone:
            continue
        before = await recorded_payments.find_by_external_id(ctx.db, each.external_id)
        if before is None:
            await keep(ctx, customer.organization_id, _row(ctx, customer, each))
        elif before.payer_id == customer.payer_id:
            after = replace(
                before,
                amount=each.amount,
                refunded_amount=each.refunded_amount,
                status=each.status,
                paid_at=each.paid_at,
                payment_method=each.payment_method,
                external_data=each.data,
            )
            await renew(ctx, before, after)


def _row(ctx: Context, customer: GatewayCustomer, told: ToldPayment) -> RecordedPaymentRow:
    return RecordedPaymentRow(
        id=ctx.new_id("pay_"),
        payer_id=customer.payer_id,
        amount=told.amount,
        refunded_amount=told.refunded_amount,
        currency=told.currency,
        status=told.status,
        paid_at=told.paid_at,
        payment_method=told.payment_method,
        external_id=told.external_id,
        external_customer_id=told.external_customer_id,
        external_data=told.data,
        metadata={},
        created_at=told.created_at,
        updated_at=ctx.now,
    )


def _is_alike(before: Any, after: Any) -> bool:
    """Whether nothing but when it was asked for differs."""
    times = {"synced_at": before.synced_at, "updated_at": before.updated_at}
    return bool(replace(after, **times) == before)
