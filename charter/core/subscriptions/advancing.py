"""Moves a payer on in time: trials and periods end, renewals are charged, statements close."""

from datetime import datetime

from charter.core.payers import queries as payers
from charter.core.payers.model import Payer, PayerNotFound
from charter.core.payments import queries as payments
from charter.core.payments.charging import charge, close_statement
from charter.core.payments.holding import is_held
from charter.core.payments.model import ChargeType
from charter.core.payments.settling import forgo, step
from charter.core.subscriptions import queries
from charter.core.subscriptions.calendar import period
from charter.core.subscriptions.changing import change, end, fall_back, settle_down
from charter.core.subscriptions.model import (
    TRIAL_NOTICE,
    CheckoutInProgress,
    ItemStatus,
    SubscriptionItem,
    SubscriptionItemActive,
    SubscriptionItemFreeTrialEnding,
    SubscriptionItemUpdated,
)
from charter.core.vocabulary import Permission
from charter.kernel.actor import Actor, ActorKind
from charter.kernel.jobs import ClaimedJob
from charter.kernel.operation import Context, operation, run
from charter.kernel.platform import Platform

MOST_STEPS = 50
"""Steps in one transaction; what is left is done in the next."""


@operation(
    "subscriptions.advance",
    permission=Permission.BILLING_MANAGE,
    raises=(PayerNotFound, CheckoutInProgress),
)
async def advance(ctx: Context, payer_id: str, due_at: str | None = None) -> int:
    """Do all that is due for a payer by now, and ask for what is due next.

    due_at: for which moment this was asked for; where another has been set since, nothing is
    done, for that one is on its way too.
    Returns: how many steps were taken; none where the instance is held.
    Raises: PayerNotFound.
    Announces: what becomes of the subscription, its items, payments and statements.
    """
    await ctx.allow()
    if await is_held(ctx):
        return 0
    payer = await payers.lock_payer(ctx.db, payer_id)
    if payer is None:
        raise PayerNotFound
    stored = payer.next_due_at.isoformat() if payer.next_due_at else None
    if due_at is not None and due_at != stored:
        return 0
    taken = 0
    while taken < MOST_STEPS and await _one_step(ctx, payer):
        taken += 1
    await settle_down(ctx, payer, is_worker=taken < MOST_STEPS)
    return taken


async def advance_later(platform: Platform, job: ClaimedJob) -> None:
    """Do the job that `settle_down` asked for; a payer who was reset away owes nothing."""
    actor = Actor(ActorKind.SYSTEM, job.instance_id)
    try:
        await run(platform, actor, advance, arguments=job.payload)
    except PayerNotFound:
        return


async def _one_step(ctx: Context, payer: Payer) -> bool:
    """Do the first thing that is due. Returns: whether there was one."""
    unpaid = await ctx.db.all(payments.UNPAID, payer_id=payer.id)
    for payment in unpaid:
        if payment.next_step_at is not None and payment.next_step_at <= ctx.now:
            await step(ctx, payer, payment)
            return True
    for statement in await ctx.db.all(payments.OPEN_STATEMENTS, payer_id=payer.id):
        if statement.closes_at <= ctx.now:
            await close_statement(ctx, statement.id)
            return True
    return await _move_on(ctx, payer, {each.subscription_item_id for each in unpaid})


async def _move_on(ctx: Context, payer: Payer, unpaid: set[str]) -> bool:
    """Do what is due for the item in force. unpaid: items that wait for a payment."""
    items = await queries.living(ctx.db, payer.id)
    current = next((each for each in items if each.status.is_current), None)
    if current is None or current.period_end is None:
        return False
    if current.is_free_trial and _is_notice_due(current, ctx.now):
        event = SubscriptionItemFreeTrialEnding
        await change(ctx, current, event, trial_notice_at=ctx.now)
        return True
    waits = current.id in unpaid and current.status is not ItemStatus.CANCELED
    if current.period_end > ctx.now or waits:
        return False
    await _turn(ctx, payer, current, items, at=current.period_end)
    return True


def _is_notice_due(item: SubscriptionItem, now: datetime) -> bool:
    end_of_trial = item.period_end
    return (
        item.trial_notice_at is None
        and end_of_trial is not None
        and end_of_trial - TRIAL_NOTICE <= now
    )


async def _turn(
    ctx: Context,
    payer: Payer,
    current: SubscriptionItem,
    items: tuple[SubscriptionItem, ...],
    *,
    at: datetime,
) -> None:
    """End the period of an item: what comes next begins at that moment."""
    upcoming = next((each for each in items if each.status is ItemStatus.UPCOMING), None)
    if current.status is ItemStatus.ACTIVE and payer.exists:
        await _renew(ctx, current)
        return
    ended = await end(ctx, current, at)
    await forgo(ctx, payer, ended)
    if upcoming is None:
        await fall_back(ctx, payer, ended, at)
    elif not payer.exists:
        await end(ctx, upcoming, at)
    else:
        begun = await change(ctx, upcoming, SubscriptionItemActive, status=ItemStatus.ACTIVE)
        await charge(ctx, begun, ChargeType.RECURRING)


async def _renew(ctx: Context, item: SubscriptionItem) -> None:
    """Charge the period that follows the one that ended."""
    anchor = item.period_end if item.is_free_trial and item.period_end else item.anchor_at
    cycle = 0 if item.is_free_trial else item.cycle + 1
    start, following = period(anchor, item.plan_period, cycle)
    renewed = await change(
        ctx,
        item,
        SubscriptionItemUpdated,
        is_free_trial=False,
        anchor_at=anchor,
        cycle=cycle,
        period_start=start,
        period_end=following,
    )
    await charge(ctx, renewed, ChargeType.RECURRING)
