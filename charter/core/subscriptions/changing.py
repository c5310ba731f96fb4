"""Changes items: each change is kept and announced, and the subscription follows."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from charter.core.payers import queries as payers
from charter.core.payers.model import Payer
from charter.core.payments import queries as payments
from charter.core.plans.defaults import default_plan
from charter.core.plans.model import Plan
from charter.core.prices.model import PlanPeriod, Price
from charter.core.subscriptions import queries
from charter.core.subscriptions.model import (
    TRIAL_NOTICE,
    ItemRow,
    ItemStatus,
    SubscriptionActive,
    SubscriptionItem,
    SubscriptionItemAbandoned,
    SubscriptionItemActive,
    SubscriptionItemEnded,
    SubscriptionPastDue,
    SubscriptionStatus,
    SubscriptionUpdated,
)
from charter.kernel.events import Event
from charter.kernel.operation import Context

ADVANCE = "subscriptions.advance"
PATIENCE = timedelta(hours=1)
"""When to look again where something is due and yet cannot be done."""


@dataclass(frozen=True, slots=True)
class Span:
    """When an item runs: its period, and from where its periods are counted."""

    start: datetime
    end: datetime | None
    anchor_at: datetime
    cycle: int = 0


async def begin(
    ctx: Context,
    payer_id: str,
    subscription_id: str,
    price: Price,
    *,
    plan_period: PlanPeriod,
    span: Span,
    announce: type[Event],
    status: ItemStatus,
    is_free_trial: bool = False,
) -> SubscriptionItem:
    """Insert an item of a locked payer.

    Raises: CheckoutInProgress, where another is being paid for.
    """
    row = ItemRow(
        id=ctx.new_id("csubi_"),
        subscription_id=subscription_id,
        payer_id=payer_id,
        plan_id=price.plan_id,
        price_id=price.id,
        plan_period=plan_period,
        status=status,
        is_free_trial=is_free_trial,
        anchor_at=span.anchor_at,
        cycle=span.cycle,
        period_start=span.start,
        period_end=span.end,
        trial_notice_at=None,
        canceled_at=None,
        past_due_at=None,
        ended_at=None,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    await ctx.db.insert(queries.INSERT_ITEM, row)
    item = await queries.get_item(ctx.db, row.id)
    ctx.announce(announce(item))
    return item


async def begin_default(
    ctx: Context, payer_id: str, subscription_id: str, plan: Plan, at: datetime
) -> SubscriptionItem:
    """Give a locked payer without an item in force the default plan, which has no end."""
    span = Span(at, None, at)
    return await begin(
        ctx,
        payer_id,
        subscription_id,
        plan.price,
        plan_period=PlanPeriod.MONTH,
        span=span,
        announce=SubscriptionItemActive,
        status=ItemStatus.ACTIVE,
    )


async def change(
    ctx: Context, item: SubscriptionItem, announce: type[Event], **fields: Any
) -> SubscriptionItem:
    """Change an item of a locked payer. Returns: the item as it is now."""
    after = replace(item, **fields, updated_at=ctx.now)
    row = queries.row_of(after)
    given = {name: getattr(row, name) for name in ItemRow.__dataclass_fields__}
    await ctx.db.run(queries.UPDATE_ITEM, **given)
    ctx.announce(announce(after, before=item))
    return after


async def end(ctx: Context, item: SubscriptionItem, at: datetime) -> SubscriptionItem:
    """End an item; one that never began is abandoned."""
    if item.status in (ItemStatus.UPCOMING, ItemStatus.INCOMPLETE):
        return await change(
            ctx, item, SubscriptionItemAbandoned, status=ItemStatus.ABANDONED, ended_at=at
        )
    return await change(ctx, item, SubscriptionItemEnded, status=ItemStatus.ENDED, ended_at=at)


async def fall_back(ctx: Context, payer: Payer, ended: SubscriptionItem, at: datetime) -> None:
    """Give a payer whose item ended the default plan; one who is gone gets nothing."""
    if payer.exists:
        plan = await default_plan(ctx, payer.type)
        await begin_default(ctx, payer.id, ended.subscription_id, plan, at)


async def settle_down(ctx: Context, payer: Payer, *, is_worker: bool = False) -> None:
    """Bring the subscription into line with its items, and ask for what is due next.

    Every operation that changed something of a locked payer ends with it.
    is_worker: all that is due by now was just tried.
    """
    items = await queries.living(ctx.db, payer.id)
    current = next((each for each in items if each.status.is_current), None)
    await _follow(ctx, payer, current)
    due = await _next_due(ctx, payer, current)
    if due is not None and is_worker and due <= ctx.now:
        due = ctx.now + PATIENCE
    stored = await ctx.db.find(payers.PAYER, payer_id=payer.id)
    if stored is None or (stored.next_due_at == due and not is_worker):
        return
    await payers.set_due(ctx.db, payer.id, due)
    if due is not None:
        payload = {"payer_id": payer.id, "due_at": due.isoformat()}
        ctx.defer(ADVANCE, payload, at=due)


async def _follow(ctx: Context, payer: Payer, current: SubscriptionItem | None) -> None:
    if current is not None and current.plan_id != payer.plan_id:
        await ctx.db.run(payers.SET_PLAN, payer_id=payer.id, plan_id=current.plan_id, now=ctx.now)
    before = await ctx.db.find(queries.SUBSCRIPTION, payer_id=payer.id)
    is_late = current is not None and current.status is ItemStatus.PAST_DUE
    status = SubscriptionStatus.PAST_DUE if is_late else SubscriptionStatus.ACTIVE
    if before is None:
        return
    became = before.status is not status
    if not became and not ctx.announced:
        return
    after = replace(
        before,
        status=status,
        active_at=ctx.now if became and not is_late else before.active_at,
        past_due_at=ctx.now if became and is_late else before.past_due_at if is_late else None,
        updated_at=ctx.now,
    )
    await ctx.db.run(
        queries.UPDATE_SUBSCRIPTION,
        payer_id=payer.id,
        status=after.status,
        active_at=after.active_at,
        past_due_at=after.past_due_at,
        now=ctx.now,
    )
    ctx.announce(SubscriptionUpdated(after, before=before))
    if became:
        event = SubscriptionPastDue if is_late else SubscriptionActive
        ctx.announce(event(after, before=before))


async def _next_due(
    ctx: Context, payer: Payer, current: SubscriptionItem | None
) -> datetime | None:
    """When something has to happen next; what waits for a gateway's answer is not due."""
    unpaid = await ctx.db.all(payments.UNPAID, payer_id=payer.id)
    statements = await ctx.db.all(payments.OPEN_STATEMENTS, payer_id=payer.id)
    moments = [each.next_step_at for each in unpaid if each.next_step_at is not None]
    moments += [each.closes_at for each in statements]
    if current is not None and current.period_end is not None:
        if current.is_free_trial and current.trial_notice_at is None:
            moments.append(max(current.period_end - TRIAL_NOTICE, current.period_start))
        waits = any(each.subscription_item_id == current.id for each in unpaid)
        if current.status is ItemStatus.CANCELED or not waits:
            moments.append(current.period_end)
    return min(moments, default=None)
