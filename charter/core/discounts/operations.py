"""What can be done with discounts: an operator makes them, an app's server gives them."""

from dataclasses import replace

from charter.core.discounts import queries
from charter.core.discounts.model import (
    LONGEST_NAME,
    MOST_CYCLES,
    WHOLE,
    Discount,
    DiscountAlreadyApplied,
    DiscountApplied,
    DiscountCreated,
    DiscountInactive,
    DiscountNotApplicable,
    DiscountNotFound,
    DiscountUpdated,
    Effect,
    NewDiscount,
    Redeemed,
    Redemption,
    RedemptionStatus,
    RedemptionUpdated,
)
from charter.core.money import MOST, Money, checked_currency
from charter.core.payers import queries as payers
from charter.core.subscriptions import queries as subscriptions
from charter.core.subscriptions.model import (
    ItemStatus,
    SubscriptionItem,
    SubscriptionItemNotFound,
)
from charter.core.vocabulary import Permission
from charter.kernel.errors import InvalidInput
from charter.kernel.operation import Context, operation

ITEM_ERRORS = (SubscriptionItemNotFound, DiscountNotFound)


@operation("discounts.search", permission=Permission.BILLING_READ, writes=False)
async def search(ctx: Context) -> tuple[Discount, ...]:
    """List the discounts of the instance, newest first."""
    await ctx.allow()
    return await ctx.db.all(queries.ALL)


@operation("discounts.create", permission=Permission.BILLING_MANAGE)
async def create(ctx: Context, new: NewDiscount) -> Discount:
    """Make a discount, of a part or of an amount.

    Raises: InvalidInput.
    Announces: DiscountCreated.
    """
    await ctx.allow()
    name = new.name.strip()
    if not 1 <= len(name) <= LONGEST_NAME:
        raise InvalidInput("name", reason=f"it must have 1 to {LONGEST_NAME} characters")
    if (new.percent_off is None) == (new.amount_off is None):
        raise InvalidInput("percent_off", reason="a discount takes off either a part or an amount")
    if new.percent_off is not None and not 1 <= new.percent_off <= WHOLE:
        raise InvalidInput("percent_off", reason=f"it must be from 1 to {WHOLE}")
    if new.amount_off is not None and not 1 <= new.amount_off <= MOST:
        raise InvalidInput("amount_off", reason=f"it must be from 1 to {MOST}")
    if (new.amount_off is None) != (new.currency is None):
        raise InvalidInput("currency", reason="an amount has one, and a part has none")
    if new.cycles is not None and not 1 <= new.cycles <= MOST_CYCLES:
        raise InvalidInput("cycles", reason=f"it must be from 1 to {MOST_CYCLES}")
    discount = Discount(
        id=ctx.new_id("cdisc_"),
        name=name,
        effect=Effect.PERCENTAGE if new.amount_off is None else Effect.FIXED_AMOUNT,
        percent_off=new.percent_off,
        amount_off=new.amount_off,
        currency=None if new.currency is None else checked_currency(new.currency),
        cycles=new.cycles,
        is_active=True,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    await ctx.db.insert(queries.INSERT, discount)
    ctx.announce(DiscountCreated(discount))
    return discount


@operation("discounts.set_active", permission=Permission.BILLING_MANAGE, raises=(DiscountNotFound,))
async def set_active(ctx: Context, discount_id: str, *, is_active: bool) -> Discount:
    """Say whether a discount may be given; where it counts already, it stays.

    Raises: DiscountNotFound.
    Announces: DiscountUpdated.
    """
    await ctx.allow()
    before = await queries.lock_discount(ctx.db, discount_id)
    ctx.expect(before.updated_at)
    await ctx.db.run(queries.UPDATE, discount_id=discount_id, is_active=is_active, now=ctx.now)
    after = replace(before, is_active=is_active, updated_at=ctx.now)
    ctx.announce(DiscountUpdated(after, before=before))
    return after


@operation(
    "discounts.apply",
    permission=Permission.BILLING_MANAGE,
    raises=(*ITEM_ERRORS, DiscountInactive, DiscountAlreadyApplied, DiscountNotApplicable),
)
async def apply(ctx: Context, subscription_item_id: str, discount_id: str) -> Redeemed:
    """Let a discount count for the charges of an item that follow, in place of another.

    Raises: SubscriptionItemNotFound; DiscountNotFound; DiscountInactive; DiscountAlreadyApplied;
    DiscountNotApplicable, for an item that is free or over, or in another currency.
    Announces: DiscountApplied; RedemptionUpdated, for the one before.
    Source: Clerk BAPI 2025-11-10, ApplyBillingSubscriptionItemDiscount.
    """
    await ctx.allow()
    item = await _locked(ctx, subscription_item_id)
    discount = await queries.lock_discount(ctx.db, discount_id)
    if not discount.is_active:
        raise DiscountInactive
    _check_fits(item, discount)
    before = item.redemption
    if before is not None:
        if before.discount_id == discount.id:
            raise DiscountAlreadyApplied
        await _remove(ctx, before)
    made = Redemption(
        id=ctx.new_id("cdred_"),
        subscription_item_id=item.id,
        discount_id=discount.id,
        name=discount.name,
        effect=discount.effect,
        percent_off=discount.percent_off,
        amount_off=discount.amount_off,
        currency=discount.currency,
        cycles_remaining=discount.cycles,
        cycles_applied=0,
        status=RedemptionStatus.ACTIVE,
        redeemed_by=ctx.actor.user_id or ctx.actor.id,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    await ctx.db.insert(queries.INSERT_REDEMPTION, made)
    ctx.announce(DiscountApplied(made))
    return _with_next(item, made)


@operation("discounts.remove", permission=Permission.BILLING_MANAGE, raises=ITEM_ERRORS)
async def remove(ctx: Context, subscription_item_id: str, discount_id: str) -> Redeemed:
    """Let a discount count for an item no more.

    Raises: SubscriptionItemNotFound; DiscountNotFound, also for one that does not count for it.
    Announces: RedemptionUpdated.
    Source: Clerk BAPI 2025-11-10, RemoveBillingSubscriptionItemDiscount.
    """
    await ctx.allow()
    item = await _locked(ctx, subscription_item_id)
    before = item.redemption
    if before is None or before.discount_id != discount_id:
        raise DiscountNotFound
    return Redeemed(await _remove(ctx, before), None)


async def _locked(ctx: Context, item_id: str) -> SubscriptionItem:
    """The item, its payer locked. Raises: SubscriptionItemNotFound."""
    payer_id = await ctx.db.value(subscriptions.PAYER_OF_ITEM, item_id=item_id)
    if payer_id is None or await payers.lock_payer(ctx.db, payer_id) is None:
        raise SubscriptionItemNotFound
    return await subscriptions.get_item(ctx.db, item_id)


async def _remove(ctx: Context, before: Redemption) -> Redemption:
    after = replace(before, status=RedemptionStatus.REMOVED, updated_at=ctx.now)
    await queries.put_redemption(ctx.db, after)
    ctx.announce(RedemptionUpdated(after, before=before))
    return after


def _check_fits(item: SubscriptionItem, discount: Discount) -> None:
    is_living = item.status.is_current or item.status is ItemStatus.UPCOMING
    reasons = {
        "it is over, or not paid yet": not is_living,
        "it costs nothing": not item.cost.amount,
        "it is in another currency": discount.currency not in (None, item.price.currency),
    }
    for reason, stands in reasons.items():
        if stands:
            raise DiscountNotApplicable(reason=reason)


def _with_next(item: SubscriptionItem, redemption: Redemption) -> Redeemed:
    cost = item.next_charge
    return Redeemed(
        redemption, None if cost is None else Money(redemption.off(cost), cost.currency)
    )
