"""Keeps what was paid outside, with what stands for it in the ledger."""

from dataclasses import asdict, replace

from charter.core.credits.ledger import post
from charter.core.credits.model import Source
from charter.core.money import Money
from charter.core.query_deletions.model import RecordKind
from charter.core.query_deletions.queries import TAKE_BACK
from charter.core.recorded_payments import queries
from charter.core.recorded_payments.model import (
    RecordedPayment,
    RecordedPaymentCreated,
    RecordedPaymentRow,
    RecordedPaymentUpdated,
)
from charter.kernel.operation import Context


async def keep(
    ctx: Context, organization_id: str | None, row: RecordedPaymentRow
) -> RecordedPayment:
    """Record a payment of a locked payer.

    Raises: ExternalIdTaken; CreditAmountInvalid. Announces: RecordedPaymentCreated.
    """
    await ctx.db.insert(queries.INSERT, row)
    made = RecordedPayment(organization_id=organization_id, **asdict(row))
    if made.external_id is not None:
        await ctx.db.run(TAKE_BACK, kind=RecordKind.PAYMENT, external_id=made.external_id)
    await _settle(ctx, made, 0)
    ctx.announce(RecordedPaymentCreated(made))
    return made


async def renew(ctx: Context, before: RecordedPayment, after: RecordedPayment) -> RecordedPayment:
    """Keep what a gateway now says of a payment of a locked payer; what is the same stays.

    Raises: CreditAmountInvalid. Announces: RecordedPaymentUpdated, where something changed.
    """
    if replace(after, updated_at=before.updated_at) == before:
        return before
    after = replace(after, updated_at=ctx.now)
    await ctx.db.run(
        queries.UPDATE,
        payment_id=after.id,
        amount=after.amount,
        refunded_amount=after.refunded_amount,
        status=after.status,
        paid_at=after.paid_at,
        payment_method=after.payment_method,
        external_data=after.external_data,
        now=ctx.now,
    )
    await _settle(ctx, after, before.kept_amount)
    ctx.announce(RecordedPaymentUpdated(after, before=before))
    return after


async def strike(ctx: Context, payment: RecordedPayment) -> None:
    """Take back what stands in the ledger for a payment that is deleted."""
    if payment.kept_amount:
        money = Money(-payment.kept_amount, payment.currency)
        await post(ctx, payment.payer_id, money, Source.RECORD_DELETED, payment.id)


async def _settle(ctx: Context, payment: RecordedPayment, kept_before: int) -> None:
    """Move what a payment now stands for more, or less, in the ledger."""
    difference = payment.kept_amount - kept_before
    if not difference:
        return
    money = Money(difference, payment.currency)
    source = Source.RECORDED if difference > 0 else Source.REFUND
    await post(ctx, payment.payer_id, money, source, payment.id)
