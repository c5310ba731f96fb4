"""What can be done with subscriptions and their items: by an app's server alone."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from charter.core.payers import queries as payers
from charter.core.payers.model import Payer
from charter.core.payments.charging import charge
from charter.core.payments.model import ChargeType
from charter.core.payments.settling import drop_upcoming, forgo
from charter.core.plans import queries as plans
from charter.core.plans.model import PayerType
from charter.core.prices import queries as prices
from charter.core.prices.model import PlanPeriod, PriceNotFound
from charter.core.subscriptions import queries
from charter.core.subscriptions.calendar import period
from charter.core.subscriptions.changing import Span, begin, change, end, fall_back, settle_down
from charter.core.subscriptions.model import (
    LONGEST_EXTENSION,
    AlreadySubscribed,
    CheckoutInProgress,
    ItemAlreadyCanceled,
    ItemFilter,
    ItemNotCancelable,
    ItemNotInForce,
    ItemNotInTrial,
    ItemStatus,
    PeriodNotSupported,
    PriceOutOfDate,
    SubscriptionItem,
    SubscriptionItemActive,
    SubscriptionItemCanceled,
    SubscriptionItemIncomplete,
    SubscriptionItemNotFound,
    SubscriptionItemUpdated,
    SubscriptionView,
    Transition,
    TransitionNotAllowed,
    TrialsNotOffered,
)
from charter.core.subscriptions.opening import PAYER_ERRORS, find_payer, locked_payer
from charter.core.subscriptions.transitioning import transition as put_on_price
from charter.core.vocabulary import Permission
from charter.kernel.errors import InvalidInput
from charter.kernel.filters.tree import Apply, Name, Node, Op, Place, Text, Value
from charter.kernel.lists import Found, Search
from charter.kernel.operation import Context, operation


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSubscription:
    """What a payer is subscribed to. with_trial: take the plan's trial, where there is one yet."""

    price_id: str
    plan_period: PlanPeriod = PlanPeriod.MONTH
    with_trial: bool = True


@operation("subscriptions.get", permission=Permission.BILLING_READ, raises=PAYER_ERRORS)
async def get(
    ctx: Context, user_id: str | None = None, organization_id: str | None = None
) -> SubscriptionView:
    """Read the subscription of a user or an organization; everybody has one, at first a free one.

    Raises: UserNotFound; OrganizationNotFound.
    Announces: SubscriptionCreated and SubscriptionItemActive, where billing meets a payer first.
    Source: Clerk BAPI 2025-11-10, GetUserBillingSubscription.
    """
    await ctx.allow()
    named = {"user_id": user_id, "organization_id": organization_id}
    payer = await find_payer(ctx, **named) or await locked_payer(ctx, **named)
    missing = SubscriptionItemNotFound()
    subscription = await ctx.db.one(queries.SUBSCRIPTION, missing=missing, payer_id=payer.id)
    return SubscriptionView(
        subscription, await queries.living(ctx.db, payer.id), not payer.had_trial
    )


@operation("subscription_items.search", permission=Permission.BILLING_READ, writes=False)
async def search_items(
    ctx: Context,
    search: Search,
    *,
    status: ItemFilter | None = None,
    payer_type: PayerType | None = None,
    plan_id: str | None = None,
    include_free: bool = False,
    query: str | None = None,
) -> Found[SubscriptionItem]:
    """List the subscription items of all payers, newest first.

    include_free: those of the default plans too. query: the id of an item or a payer, or a part
    of a name, an address or an id of a user or an organization.
    Source: Clerk BAPI 2025-11-10, GetCommerceSubscriptionItemList.
    """
    await ctx.allow()
    if status is ItemFilter.FREE_TRIAL:
        search = search.narrowed(_equal("is_free_trial", is_true=True)).narrowed(
            _equal("status", ItemStatus.ACTIVE.value)
        )
    elif status is not None:
        search = search.narrowed(_equal("status", status.value))
    if payer_type is not None:
        search = search.narrowed(_equal("payer_type", payer_type.value))
    if plan_id is not None:
        search = search.narrowed(_equal("plan_id", plan_id))
    if not include_free:
        search = search.narrowed(_equal("is_default", is_true=False))
    if query and query.strip():
        at, text = Place("query"), query.strip()
        part = Apply(Op.CONTAINS, (Name("search_text", at), Text(text, at)), at)
        options = (_equal("id", text), _equal("payer_id", text), part)
        search = search.narrowed(Apply(Op.OR, options, at))
    return await queries.LISTING.search(ctx.db, search)


@operation(
    "subscriptions.subscribe",
    permission=Permission.BILLING_MANAGE,
    raises=(
        *PAYER_ERRORS,
        PriceNotFound,
        AlreadySubscribed,
        CheckoutInProgress,
        PeriodNotSupported,
        TransitionNotAllowed,
    ),
)
async def subscribe(
    ctx: Context,
    new: NewSubscription,
    user_id: str | None = None,
    organization_id: str | None = None,
) -> SubscriptionItem:
    """Subscribe a user or an organization that has the default plan to another.

    With a trial it begins at once and nothing is charged yet; by invoice it begins at once too;
    through a gateway it begins when the first period is paid.
    Raises: UserNotFound; OrganizationNotFound; PriceNotFound; AlreadySubscribed;
    CheckoutInProgress; PeriodNotSupported; TransitionNotAllowed, for a plan of other payers.
    Announces: SubscriptionItemActive or SubscriptionItemIncomplete; PaymentAttemptCreated.
    """
    await ctx.allow()
    price = await prices.get_price(ctx.db, new.price_id)
    plan = await plans.get_plan(ctx.db, price.plan_id)
    payer = await locked_payer(ctx, user_id=user_id, organization_id=organization_id)
    if plan.payer_type is not payer.type or plan.is_default:
        raise TransitionNotAllowed("price_id", reason="the plan is not for this payer")
    if price.of(new.plan_period) is None:
        raise PeriodNotSupported("plan_period", name=new.plan_period.value)
    current, *others = await queries.living(ctx.db, payer.id)
    if any(each.status is ItemStatus.INCOMPLETE for each in others):
        raise CheckoutInProgress
    if not current.plan.is_default:
        raise AlreadySubscribed
    has_trial = new.with_trial and plan.free_trial_days is not None and not payer.had_trial
    start, following = period(ctx.now, new.plan_period, 0)
    if has_trial:
        following = ctx.now + timedelta(days=plan.free_trial_days or 0)
        await ctx.db.run(payers.SET_TRIAL, payer_id=payer.id, had_trial=True, now=ctx.now)
    method = await payers.default_method(ctx.db, payer.id)
    waits = method.gateway.is_automatic and not has_trial and bool(price.of(new.plan_period))
    if not waits:
        await end(ctx, current, ctx.now)
    item = await begin(
        ctx,
        payer.id,
        current.subscription_id,
        price,
        plan_period=new.plan_period,
        span=Span(start, following, start),
        announce=SubscriptionItemIncomplete if waits else SubscriptionItemActive,
        status=ItemStatus.INCOMPLETE if waits else ItemStatus.ACTIVE,
        is_free_trial=has_trial,
    )
    if not has_trial:
        await charge(ctx, item, ChargeType.CHECKOUT)
    return await _done(ctx, payer, item)


@operation(
    "subscription_items.cancel",
    permission=Permission.BILLING_MANAGE,
    raises=(SubscriptionItemNotFound, ItemAlreadyCanceled, ItemNotCancelable),
)
async def cancel(
    ctx: Context, subscription_item_id: str, *, end_now: bool = False
) -> SubscriptionItem:
    """Cancel an item with the end of its period, or at once; nothing is paid back.

    One that is overdue ends at once, and what it owes is forgiven. One that is yet to come is
    given up, and the one in force goes on, unless it was canceled before.
    Raises: SubscriptionItemNotFound; ItemAlreadyCanceled; ItemNotCancelable, for a free one and
    one that is over.
    Announces: SubscriptionItemCanceled, SubscriptionItemEnded or SubscriptionItemAbandoned, and
    SubscriptionItemActive for what then is in force.
    Source: Clerk BAPI 2025-11-10, CancelCommerceSubscriptionItem.
    """
    await ctx.allow()
    payer, item = await _locked(ctx, subscription_item_id)
    if item.status is ItemStatus.UPCOMING:
        await _give_up(ctx, payer, item)
        return await _done(ctx, payer, item)
    if not item.status.is_current or item.plan.is_default:
        raise ItemNotCancelable
    if end_now or item.status is ItemStatus.PAST_DUE:
        ended = await end(ctx, item, ctx.now)
        await forgo(ctx, payer, ended)
        await drop_upcoming(ctx, payer)
        await fall_back(ctx, payer, ended, ctx.now)
        return await _done(ctx, payer, item)
    if item.status is ItemStatus.CANCELED:
        raise ItemAlreadyCanceled
    await change(
        ctx, item, SubscriptionItemCanceled, status=ItemStatus.CANCELED, canceled_at=ctx.now
    )
    return await _done(ctx, payer, item)


@operation(
    "subscription_items.extend_trial",
    permission=Permission.BILLING_MANAGE,
    raises=(SubscriptionItemNotFound, ItemNotInTrial, TrialsNotOffered),
)
async def extend_trial(
    ctx: Context, subscription_item_id: str, extend_to: datetime
) -> SubscriptionItem:
    """Let a free trial end later. Asked again for the same moment, nothing changes.

    extend_to: not before the trial's end, and at most 365 days from now.
    Raises: SubscriptionItemNotFound; ItemNotInTrial; TrialsNotOffered, where the plan has none.
    Announces: SubscriptionItemUpdated.
    Source: Clerk BAPI 2025-11-10, ExtendBillingSubscriptionItemFreeTrial.
    """
    await ctx.allow()
    payer, item = await _locked(ctx, subscription_item_id)
    is_over = item.period_end is None or item.period_end <= ctx.now
    if not item.is_free_trial or item.status is not ItemStatus.ACTIVE or is_over:
        raise ItemNotInTrial
    if item.plan.free_trial_days is None:
        raise TrialsNotOffered
    if extend_to == item.period_end:
        return item
    if item.period_end is None or extend_to < item.period_end:
        raise InvalidInput("extend_to", reason="it must not lie before the end of the trial")
    if extend_to > ctx.now + LONGEST_EXTENSION:
        raise InvalidInput("extend_to", reason="it must be at most 365 days from now")
    event = SubscriptionItemUpdated
    await change(ctx, item, event, period_end=extend_to, trial_notice_at=None)
    return await _done(ctx, payer, item)


@operation(
    "subscription_items.transition",
    permission=Permission.BILLING_MANAGE,
    raises=(
        SubscriptionItemNotFound,
        PriceNotFound,
        ItemNotInForce,
        PriceOutOfDate,
        TransitionNotAllowed,
        PeriodNotSupported,
        CheckoutInProgress,
    ),
)
async def transition(
    ctx: Context, subscription_item_id: str, from_price_id: str, to_price_id: str
) -> Transition:
    """Put a payer on another price, of the same plan or of another.

    One that costs more takes effect at once: a period begins, and what is unused of the one
    before is taken off its charge. One that costs less takes effect when the period ends. A trial
    goes on with the other plan.
    Raises: SubscriptionItemNotFound; PriceNotFound; ItemNotInForce; PriceOutOfDate;
    TransitionNotAllowed; PeriodNotSupported; CheckoutInProgress.
    Announces: SubscriptionItemEnded and SubscriptionItemActive, or SubscriptionItemCanceled and
    SubscriptionItemUpcoming; PaymentAttemptCreated.
    Source: Clerk BAPI 2025-11-10, CreateBillingPriceTransition.
    """
    await ctx.allow()
    payer, item = await _locked(ctx, subscription_item_id)
    target = await prices.get_price(ctx.db, to_price_id, "to_price_id")
    made = await put_on_price(ctx, payer, item, from_price_id, target)
    await settle_down(ctx, payer)
    return made


async def _give_up(ctx: Context, payer: Payer, upcoming: SubscriptionItem) -> None:
    """Give up an item that is to come; one that was in its way alone goes on."""
    await end(ctx, upcoming, ctx.now)
    current, *_ = await queries.living(ctx.db, payer.id)
    if current.canceled_at == upcoming.created_at:
        await change(
            ctx, current, SubscriptionItemUpdated, status=ItemStatus.ACTIVE, canceled_at=None
        )


async def _locked(ctx: Context, item_id: str) -> tuple[Payer, SubscriptionItem]:
    """The item with its payer, which is locked. Raises: SubscriptionItemNotFound."""
    missing = SubscriptionItemNotFound()
    payer_id = await ctx.db.value(queries.PAYER_OF_ITEM, item_id=item_id)
    payer = await payers.lock_payer(ctx.db, payer_id) if payer_id else None
    if payer is None:
        raise missing
    return payer, await queries.get_item(ctx.db, item_id)


async def _done(ctx: Context, payer: Payer, item: SubscriptionItem) -> SubscriptionItem:
    """The item as it is after all that followed."""
    await settle_down(ctx, payer)
    return await queries.get_item(ctx.db, item.id)


def _equal(name: str, value: str | None = None, *, is_true: bool | None = None) -> Node:
    at = Place(name)
    wanted: Node = Text(value, at) if value is not None else Value(is_true, at)
    return Apply(Op.EQ, (Name(name, at), wanted), at)
