"""What follows when a payment was paid, failed, or is overdue."""

from charter.core.credits.ledger import move
from charter.core.credits.model import Source
from charter.core.money import Money
from charter.core.payers.model import Payer
from charter.core.payments import queries
from charter.core.payments.charging import retry
from charter.core.payments.model import (
    INVOICE_TERM,
    RETRY_AFTER,
    Outcome,
    Payment,
    PaymentAttempt,
    PaymentAttemptUpdated,
    PaymentStatus,
)
from charter.core.subscriptions import queries as subscriptions
from charter.core.subscriptions.changing import change, end, fall_back
from charter.core.subscriptions.model import (
    ItemStatus,
    SubscriptionItem,
    SubscriptionItemActive,
    SubscriptionItemPastDue,
)
from charter.kernel.operation import Context

OVERDUE = Outcome(PaymentStatus.FAILED, None, "overdue")
ENDED = Outcome(PaymentStatus.FAILED, None, "subscription_ended")


async def settle(
    ctx: Context, payer: Payer, attempt: PaymentAttempt, outcome: Outcome
) -> PaymentAttempt:
    """Keep what became of a pending attempt of a locked payer, and draw the consequences.

    Announces: PaymentAttemptUpdated, and what becomes of the item.
    """
    after = await _close(ctx, attempt, outcome)
    item = await subscriptions.get_item(ctx.db, attempt.payment.subscription_item_id)
    if outcome.status is PaymentStatus.PAID:
        await _put(ctx, attempt.payment, PaymentStatus.PAID)
        await _revive(ctx, payer, item)
    else:
        await _after_failure(ctx, payer, attempt, item)
    return after


async def step(ctx: Context, payer: Payer, payment: Payment) -> None:
    """Do what is due for an unpaid payment of a locked payer: try again, remind, or give up."""
    latest, *_ = await ctx.db.all(queries.ATTEMPTS_OF_PAYMENT, payment_id=payment.id)
    item = await subscriptions.get_item(ctx.db, payment.subscription_item_id)
    if not payer.exists:
        await give_up(ctx, payer, payment, item)
    elif latest.status is PaymentStatus.FAILED:
        await retry(ctx, payment, number=latest.number + 1)
    elif item.status is ItemStatus.PAST_DUE or not item.status.is_current:
        await give_up(ctx, payer, payment, item)
    else:
        await _put(ctx, payment, PaymentStatus.PENDING, ctx.now + INVOICE_TERM)
        await _fall_behind(ctx, item)


async def give_up(ctx: Context, payer: Payer, payment: Payment, item: SubscriptionItem) -> None:
    """Collect a payment no more: its credits go back, and its item ends.

    An attempt that a gateway has under way is left to it: it may have taken the money.
    """
    for latest in await ctx.db.all(queries.ATTEMPTS_OF_PAYMENT, payment_id=payment.id):
        if latest.status is PaymentStatus.PENDING:
            if latest.method.gateway.is_automatic:
                return
            await _close(ctx, latest, OVERDUE if item.ended_at is None else ENDED)
    await _put(ctx, payment, PaymentStatus.FAILED)
    if payment.credits_amount:
        money = Money(payment.credits_amount, payment.currency)
        await move(ctx, payer.id, money, Source.PAYMENT_RETURNED, payment.id)
    if item.ended_at is None:
        was_current = item.status.is_current
        ended = await end(ctx, item, ctx.now)
        if was_current:
            await drop_upcoming(ctx, payer)
            await fall_back(ctx, payer, ended, ctx.now)


async def forgo(ctx: Context, payer: Payer, item: SubscriptionItem) -> None:
    """Collect nothing more for an item of a locked payer that just ended."""
    for payment in await ctx.db.all(queries.UNPAID, payer_id=payer.id):
        if payment.subscription_item_id == item.id:
            await give_up(ctx, payer, payment, item)


async def drop_upcoming(ctx: Context, payer: Payer) -> SubscriptionItem | None:
    """Abandon the item that was to come next. Returns: it, if there was one."""
    for each in await subscriptions.living(ctx.db, payer.id):
        if each.status is ItemStatus.UPCOMING:
            return await end(ctx, each, ctx.now)
    return None


async def _close(ctx: Context, attempt: PaymentAttempt, outcome: Outcome) -> PaymentAttempt:
    is_paid = outcome.status is PaymentStatus.PAID
    await ctx.db.run(
        queries.SETTLE_ATTEMPT,
        attempt_id=attempt.id,
        status=outcome.status,
        external_id=outcome.external_id,
        failure_code=outcome.failure_code,
        paid_at=ctx.now if is_paid else None,
        failed_at=None if is_paid else ctx.now,
        now=ctx.now,
    )
    after = await queries.get_attempt(ctx.db, attempt.id)
    ctx.announce(PaymentAttemptUpdated(after, before=attempt))
    return after


async def _put(
    ctx: Context, payment: Payment, status: PaymentStatus, next_step_at: object = None
) -> None:
    await ctx.db.run(
        queries.UPDATE_PAYMENT,
        payment_id=payment.id,
        status=status,
        next_step_at=next_step_at,
        now=ctx.now,
    )


async def _revive(ctx: Context, payer: Payer, item: SubscriptionItem) -> None:
    """Put an item in force that waited for its payment."""
    if item.status is ItemStatus.INCOMPLETE:
        for each in await subscriptions.living(ctx.db, payer.id):
            if each.status.is_current:
                await end(ctx, each, ctx.now)
        await drop_upcoming(ctx, payer)
        await change(ctx, item, SubscriptionItemActive, status=ItemStatus.ACTIVE)
    elif item.status is ItemStatus.PAST_DUE:
        await change(ctx, item, SubscriptionItemActive, status=ItemStatus.ACTIVE, past_due_at=None)


async def _after_failure(
    ctx: Context, payer: Payer, attempt: PaymentAttempt, item: SubscriptionItem
) -> None:
    if not item.status.is_current or attempt.number > len(RETRY_AFTER):
        await give_up(ctx, payer, attempt.payment, item)
        return
    again = ctx.now + RETRY_AFTER[attempt.number - 1]
    await _put(ctx, attempt.payment, PaymentStatus.PENDING, again)
    await _fall_behind(ctx, item)


async def _fall_behind(ctx: Context, item: SubscriptionItem) -> None:
    """Say that an item is overdue; one that was canceled ends as it would have."""
    if item.status is ItemStatus.ACTIVE:
        await change(
            ctx,
            item,
            SubscriptionItemPastDue,
            status=ItemStatus.PAST_DUE,
            past_due_at=ctx.now,
        )
