"""Charges a period of an item: what is taken off, what credits pay, and who collects the rest."""

from dataclasses import dataclass
from datetime import datetime

from charter.core.credits import queries as ledger
from charter.core.credits.ledger import move
from charter.core.credits.model import Source
from charter.core.discounts.using import use
from charter.core.money import share
from charter.core.payers import queries as payers
from charter.core.payers.model import PaymentMethod
from charter.core.payments import queries
from charter.core.payments.model import (
    INVOICE_TERM,
    STATEMENT_MONTHS,
    AttemptRow,
    ChargeType,
    Payment,
    PaymentAttemptCreated,
    PaymentStatus,
    StatementClosed,
    StatementCreated,
    StatementRow,
    StatementStatus,
)
from charter.core.prices.model import PlanPeriod
from charter.core.subscriptions.calendar import Days, days, period
from charter.core.subscriptions.model import SubscriptionItem
from charter.kernel.operation import Context

COLLECT = "payments.collect"


@dataclass(frozen=True, slots=True)
class Unused:
    """What is unused of a period that was paid, in the smallest unit."""

    amount: int
    days: Days


def unused_of(payment: Payment, now: datetime) -> Unused:
    """What a payment's period is still worth: the share of the days that are left of it."""
    left = days(payment.period_start, payment.period_end, now)
    return Unused(share(payment.worth, left.left, left.total)[0], left)


async def charge(
    ctx: Context,
    item: SubscriptionItem,
    charge_type: ChargeType,
    *,
    unused: Unused | None = None,
) -> Payment | None:
    """Charge the period that an item of a locked payer is in.

    unused: of the plan before; what of it this charge does not need becomes credits.
    Returns: the payment, paid where nothing is left to be paid; None where the item costs nothing.
    Announces: PaymentAttemptCreated; CreditsMoved; StatementCreated; RedemptionUpdated.
    """
    cost, end = item.cost, item.period_end
    if not cost.amount or end is None:
        return None
    off = await use(ctx, item)
    given = unused.amount if unused else 0
    proration = min(given, cost.amount - off)
    left = cost.amount - off - proration
    held = await ledger.held(ctx.db, item.payer_id, cost.currency)
    spent = min(held, left)
    statement = await _open_statement(ctx, item.payer_id, cost.currency)
    method = await payers.default_method(ctx.db, item.payer_id)
    amount = left - spent
    payment = Payment(
        id=ctx.new_id("cpay_"),
        payer_id=item.payer_id,
        statement_id=statement.id,
        subscription_item_id=item.id,
        charge_type=charge_type,
        period_start=item.period_start,
        period_end=end,
        currency=cost.currency,
        base_amount=cost.amount,
        discount_amount=off,
        proration_amount=proration,
        proration_days_left=unused.days.left if unused else None,
        proration_days=unused.days.total if unused else None,
        credits_amount=spent,
        credits_left=held - spent,
        amount=amount,
        status=PaymentStatus.PENDING if amount else PaymentStatus.PAID,
        next_step_at=_due(ctx, method) if amount else None,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    await _put(ctx, payment, given - proration)
    await attempt(ctx, payment, method, number=1)
    return payment


async def _put(ctx: Context, payment: Payment, rest: int) -> None:
    """Keep a payment, with what credits pay of it and what they get back of the plan before."""
    await ctx.db.insert(queries.INSERT_PAYMENT, payment)
    for amount, source in (
        (-payment.credits_amount, Source.PAYMENT),
        (rest, Source.PRORATION),
    ):
        if amount:
            await move(ctx, payment.payer_id, payment.money(amount), source, payment.id)


async def attempt(ctx: Context, payment: Payment, method: PaymentMethod, *, number: int) -> None:
    """Begin to collect a payment; a gateway is asked after this transaction, never within it."""
    is_paid = not payment.amount
    row = AttemptRow(
        id=ctx.new_id("cpatt_"),
        payment_id=payment.id,
        payer_id=payment.payer_id,
        statement_id=payment.statement_id,
        payment_method_id=method.id,
        number=number,
        status=PaymentStatus.PAID if is_paid else PaymentStatus.PENDING,
        gateway_external_id=None,
        failure_code=None,
        paid_at=ctx.now if is_paid else None,
        failed_at=None,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    await ctx.db.insert(queries.INSERT_ATTEMPT, row)
    ctx.announce(PaymentAttemptCreated(await queries.get_attempt(ctx.db, row.id)))
    if method.gateway.is_automatic and not is_paid:
        ctx.defer(COLLECT, {"attempt_id": row.id})


async def retry(ctx: Context, payment: Payment, *, number: int) -> None:
    """Try once more to collect a payment of a locked payer, by what it pays with now."""
    method = await payers.default_method(ctx.db, payment.payer_id)
    await ctx.db.run(
        queries.UPDATE_PAYMENT,
        payment_id=payment.id,
        status=payment.status,
        next_step_at=_due(ctx, method),
        now=ctx.now,
    )
    await attempt(ctx, payment, method, number=number)


async def close_statement(ctx: Context, statement_id: str) -> None:
    """Let a statement of a locked payer take no more payments."""
    await ctx.db.run(queries.CLOSE_STATEMENT, statement_id=statement_id, now=ctx.now)
    ctx.announce(StatementClosed(await queries.get_statement(ctx.db, statement_id)))


def _due(ctx: Context, method: PaymentMethod) -> datetime | None:
    """When to look again: an invoice has a term, and a gateway answers by itself."""
    return None if method.gateway.is_automatic else ctx.now + INVOICE_TERM


async def _open_statement(ctx: Context, payer_id: str, currency: str) -> StatementRow:
    """The statement of a locked payer that takes payments now, opened where there is none."""
    for each in await ctx.db.all(queries.OPEN_STATEMENTS, payer_id=payer_id):
        if each.currency == currency and each.closes_at > ctx.now:
            return each
        if each.currency == currency:
            await close_statement(ctx, each.id)
    row = StatementRow(
        id=ctx.new_id("cstmt_"),
        payer_id=payer_id,
        currency=currency,
        status=StatementStatus.OPEN,
        closes_at=period(ctx.now, PlanPeriod.MONTH, STATEMENT_MONTHS - 1)[1],
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    await ctx.db.insert(queries.INSERT_STATEMENT, row)
    ctx.announce(StatementCreated(row))
    return row
