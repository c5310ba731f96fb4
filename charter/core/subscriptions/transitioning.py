"""Changes the price of an item: at once where more is paid, with the period's end where less is."""

from charter.core.payers.model import Payer
from charter.core.payments import queries as payments
from charter.core.payments.charging import Unused, charge, unused_of
from charter.core.payments.model import ChargeType, Payment, PaymentStatus
from charter.core.payments.settling import drop_upcoming
from charter.core.plans import queries as plans
from charter.core.plans.model import Plan
from charter.core.prices.model import PlanPeriod, Price
from charter.core.subscriptions import queries
from charter.core.subscriptions.calendar import period
from charter.core.subscriptions.changing import Span, begin, change, end
from charter.core.subscriptions.model import (
    CheckoutInProgress,
    ItemNotInForce,
    ItemStatus,
    PeriodNotSupported,
    PriceOutOfDate,
    SubscriptionItem,
    SubscriptionItemActive,
    SubscriptionItemCanceled,
    SubscriptionItemUpcoming,
    Transition,
    TransitionMode,
    TransitionNotAllowed,
)
from charter.kernel.operation import Context


async def transition(
    ctx: Context, payer: Payer, item: SubscriptionItem, from_price_id: str, target: Price
) -> Transition:
    """Put a locked payer on another price.

    Raises: ItemNotInForce; PriceOutOfDate; TransitionNotAllowed; PeriodNotSupported;
    CheckoutInProgress.
    """
    plan = await plans.get_plan(ctx.db, target.plan_id)
    await _check(ctx, payer, item, from_price_id=from_price_id, target=target, plan=plan)
    plan_period = _period(item, target, plan)
    cost = target.of(plan_period) or 0
    if item.is_free_trial and cost:
        return await _within_trial(ctx, item, target, plan_period)
    if cost > item.cost.amount or item.period_end is None:
        return await _at_once(ctx, payer, item, target, plan_period)
    return await _with_the_period(ctx, payer, item, target, plan=plan, plan_period=plan_period)


async def _check(
    ctx: Context,
    payer: Payer,
    item: SubscriptionItem,
    *,
    from_price_id: str,
    target: Price,
    plan: Plan,
) -> None:
    if not item.status.is_current:
        raise ItemNotInForce
    if item.price_id != from_price_id:
        raise PriceOutOfDate
    living = await queries.living(ctx.db, payer.id)
    if any(each.status is ItemStatus.INCOMPLETE for each in living):
        raise CheckoutInProgress
    reasons = {
        "a payment is overdue": item.status is ItemStatus.PAST_DUE,
        "it is the price that the item has": target.id == item.price_id,
        "the plan is for other payers": plan.payer_type is not payer.type,
        "it is in another currency": (
            bool(item.cost.amount)
            and not plan.is_default
            and item.price.currency != target.currency
        ),
    }
    for reason, stands in reasons.items():
        if stands:
            raise TransitionNotAllowed(reason=reason)


def _period(item: SubscriptionItem, target: Price, plan: Plan) -> PlanPeriod:
    """How the new price is paid: as the old one, where that one was paid at all."""
    if plan.is_default:
        return PlanPeriod.MONTH
    if item.period_end is None and target.of(PlanPeriod.MONTH) is None:
        return PlanPeriod.ANNUAL
    if target.of(item.plan_period) is None:
        raise PeriodNotSupported(name=item.plan_period.value)
    return item.plan_period


async def _within_trial(
    ctx: Context, item: SubscriptionItem, target: Price, plan_period: PlanPeriod
) -> Transition:
    """The trial goes on with the other plan, and ends when it would have."""
    previous = await end(ctx, item, ctx.now)
    begun = await begin(
        ctx,
        item.payer_id,
        item.subscription_id,
        target,
        plan_period=plan_period,
        span=Span(item.period_start, item.period_end, item.anchor_at),
        announce=SubscriptionItemActive,
        status=ItemStatus.ACTIVE,
        is_free_trial=True,
    )
    return Transition(begun, previous, TransitionMode.IMMEDIATE, ctx.now, None)


async def _at_once(
    ctx: Context,
    payer: Payer,
    item: SubscriptionItem,
    target: Price,
    plan_period: PlanPeriod,
) -> Transition:
    """A new period begins now; what is unused of the one before is taken off its charge."""
    paid = await ctx.db.find(payments.OF_PERIOD, item_id=item.id, period_start=item.period_start)
    if paid is not None and paid.status is not PaymentStatus.PAID:
        raise TransitionNotAllowed(reason="the period that runs is not paid yet")
    unused: Unused | None = unused_of(paid, ctx.now) if paid is not None else None
    await drop_upcoming(ctx, payer)
    previous = await end(ctx, item, ctx.now)
    start, following = period(ctx.now, plan_period, 0)
    begun = await begin(
        ctx,
        payer.id,
        item.subscription_id,
        target,
        plan_period=plan_period,
        span=Span(start, following, start),
        announce=SubscriptionItemActive,
        status=ItemStatus.ACTIVE,
    )
    payment: Payment | None = await charge(ctx, begun, ChargeType.CHECKOUT, unused=unused)
    due = payment.money(payment.amount) if payment and payment.amount else None
    return Transition(begun, previous, TransitionMode.IMMEDIATE, ctx.now, due)


async def _with_the_period(
    ctx: Context,
    payer: Payer,
    item: SubscriptionItem,
    target: Price,
    *,
    plan: Plan,
    plan_period: PlanPeriod,
) -> Transition:
    """What was paid is used up first; the days on which periods begin stay the same."""
    at = item.period_end or ctx.now
    dropped = await drop_upcoming(ctx, payer)
    made_way = dropped is not None and dropped.created_at == item.canceled_at
    previous = item
    # Canceled in the moment in which the next one is made: so it is known that this is why.
    if item.status is not ItemStatus.CANCELED or made_way:
        previous = await change(
            ctx,
            item,
            SubscriptionItemCanceled,
            status=ItemStatus.CANCELED,
            canceled_at=ctx.now,
        )
    if plan.is_default:
        span = Span(at, None, at)
    else:
        anchor, cycle = (at, 0) if item.is_free_trial else (item.anchor_at, item.cycle + 1)
        span = Span(*period(anchor, plan_period, cycle), anchor, cycle)
    begun = await begin(
        ctx,
        payer.id,
        item.subscription_id,
        target,
        plan_period=plan_period,
        span=span,
        announce=SubscriptionItemUpcoming,
        status=ItemStatus.UPCOMING,
    )
    return Transition(begun, previous, TransitionMode.END_OF_PERIOD, at, None)
