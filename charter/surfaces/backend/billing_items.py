"""Subscriptions, their items and discounts in the Backend API."""

from typing import Any

from msgspec import UNSET, UnsetType

from charter.core.discounts import operations as discounts
from charter.core.discounts.model import WHOLE, Effect, Redeemed
from charter.core.money import Money
from charter.core.plans.model import PayerType
from charter.core.prices.model import PlanPeriod
from charter.core.subscriptions import operations as subscriptions
from charter.core.subscriptions.model import (
    ItemFilter,
    ItemStatus,
    SubscriptionItem,
    SubscriptionView,
    Transition,
    TransitionMode,
)
from charter.surfaces.backend.billing_out import (
    IGNORES,
    FindPages,
    MoneyOut,
    NextPaymentOut,
    PayerOut,
    PlanOfItemOut,
    PlanOut,
    PriceOut,
    money_or_none,
    payer_of_item,
)
from charter.surfaces.backend.shapes import Paged, millis, millis_or_none, read_time
from charter.wire.call import Call, In, Lists, Out, View

TAG = "Billing"
WHOLE_PERCENT = WHOLE // 100


class ItemOut(Out):
    """A subscription item."""

    object: str
    id: str
    instance_id: str
    status: ItemStatus
    plan_id: str
    price_id: str
    plan: PlanOut
    plan_period: PlanPeriod
    lifetime_paid: MoneyOut
    next_payment: NextPaymentOut | None
    payer_id: str
    payer: PayerOut
    is_free_trial: bool
    period_start: int
    period_end: int | None
    canceled_at: int | None
    past_due_at: int | None
    ended_at: int | None
    created_at: int
    updated_at: int

    @classmethod
    def of(cls, row: SubscriptionItem, view: View) -> "ItemOut":
        """As this API writes it."""
        return cls(
            **_shared(row, view),
            plan=PlanOut.of(row.plan, view),
            payer=PayerOut.of(row.payer, view),
            period_start=millis(row.period_start),
        )


class SingleItemOut(Out):
    """An item in the answers that this API writes in its older form."""

    object: str
    id: str
    instance_id: str
    status: ItemStatus
    plan_id: str
    price_id: str
    plan: PlanOfItemOut
    plan_period: PlanPeriod
    payment_source_id: str
    lifetime_paid: MoneyOut
    amount: MoneyOut
    next_payment: NextPaymentOut | None
    payer_id: str
    payer: dict[str, Any]
    is_free_trial: bool
    period_start: int
    period_end: int | None
    proration_date: str
    canceled_at: int | None
    past_due_at: int | None
    ended_at: int | None
    created_at: int
    updated_at: int

    @classmethod
    def of(cls, row: SubscriptionItem, view: View) -> "SingleItemOut":
        """As this API writes it."""
        return cls(
            **_shared(row, view),
            plan=PlanOfItemOut.of(row.plan, view),
            payer=payer_of_item(row.payer, view),
            payment_source_id=row.payment_method_id,
            amount=MoneyOut.of(row.cost, view),
            period_start=millis(row.period_start),
            proration_date=row.period_start.date().isoformat(),
        )


def _shared(row: SubscriptionItem, view: View) -> dict[str, Any]:
    return {
        "object": "commerce_subscription_item",
        "id": row.id,
        "instance_id": view.instance.id,
        "status": row.status,
        "plan_id": row.plan_id,
        "price_id": row.price_id,
        "plan_period": row.plan_period,
        "lifetime_paid": MoneyOut.of(Money(row.lifetime_paid, row.price.currency), view),
        "next_payment": NextPaymentOut.of(row, view),
        "payer_id": row.payer_id,
        "is_free_trial": row.is_free_trial,
        "period_end": millis_or_none(row.period_end),
        "canceled_at": millis_or_none(row.canceled_at),
        "past_due_at": millis_or_none(row.past_due_at),
        "ended_at": millis_or_none(row.ended_at),
        "created_at": millis(row.created_at),
        "updated_at": millis(row.updated_at),
    }


class SubscriptionOut(Out):
    """A subscription with its items that are not over."""

    object: str
    id: str
    instance_id: str
    status: str
    payer_id: str
    created_at: int
    updated_at: int
    active_at: int | None
    past_due_at: int | None
    subscription_items: list[ItemOut]
    next_payment: NextPaymentOut | UnsetType
    eligible_for_free_trial: bool

    @classmethod
    def of(cls, result: SubscriptionView, view: View) -> "SubscriptionOut":
        """As this API writes it."""
        row = result.subscription
        items = [ItemOut.of(each, view) for each in result.items]
        following = [each.next_payment for each in items if each.next_payment is not None]
        return cls(
            object="commerce_subscription",
            id=row.id,
            instance_id=view.instance.id,
            status=row.status,
            payer_id=row.payer_id,
            created_at=millis(row.created_at),
            updated_at=millis(row.updated_at),
            active_at=millis_or_none(row.active_at),
            past_due_at=millis_or_none(row.past_due_at),
            subscription_items=items,
            next_payment=min(following, key=lambda each: each.date, default=UNSET),
            eligible_for_free_trial=result.is_eligible_for_trial,
        )


class TransitionDetailsOut(Out):
    """What was before, and when what is charged."""

    previous_plan: PlanOfItemOut
    previous_price: PriceOut
    effective_at: int
    effective_mode: TransitionMode
    next_billing_date: int | None
    charged_immediately: bool
    immediate_charge: MoneyOut | None
    previous_subscription_item_status: ItemStatus
    previous_subscription_item_id: str


class TransitionOut(Out):
    """A change of price."""

    object: str
    subscription_item: SingleItemOut
    transition: TransitionDetailsOut

    @classmethod
    def of(cls, result: Transition, view: View) -> "TransitionOut":
        """As this API writes it."""
        item = result.item
        billed = item.next_charge_at if item.next_charge is not None else None
        return cls(
            object="commerce_price_transition",
            subscription_item=SingleItemOut.of(item, view),
            transition=TransitionDetailsOut(
                previous_plan=PlanOfItemOut.of(result.previous.plan, view),
                previous_price=PriceOut.of(result.previous.price, view),
                effective_at=millis(result.effective_at),
                effective_mode=result.mode,
                next_billing_date=millis_or_none(billed),
                charged_immediately=result.charge is not None,
                immediate_charge=money_or_none(result.charge, view),
                previous_subscription_item_status=result.previous.status,
                previous_subscription_item_id=result.previous.id,
            ),
        )


class RedemptionOut(Out):
    """That a discount counts for an item."""

    object: str
    id: str
    subscription_item_id: str
    discount_id: str
    name: str
    source: str
    effect: Effect
    percent_off: float | None
    amount_off: MoneyOut | None
    amount: MoneyOut | None
    cycles_remaining: int | None
    cycles_applied: int
    status: str
    redeemed_at: int
    redeemed_by: str | None

    @classmethod
    def of(cls, result: Redeemed, view: View) -> "RedemptionOut":
        """As this API writes it."""
        row = result.redemption
        fixed = None
        if row.amount_off is not None and row.currency is not None:
            fixed = Money(row.amount_off, row.currency)
        return cls(
            object="commerce_discount_redemption",
            id=row.id,
            subscription_item_id=row.subscription_item_id,
            discount_id=row.discount_id,
            name=row.name,
            source="manual",
            effect=row.effect,
            percent_off=None if row.percent_off is None else row.percent_off / WHOLE_PERCENT,
            amount_off=money_or_none(fixed, view),
            amount=money_or_none(result.next_off, view),
            cycles_remaining=row.cycles_remaining,
            cycles_applied=row.cycles_applied,
            status=row.status,
            redeemed_at=millis(row.created_at),
            redeemed_by=row.redeemed_by,
        )


class FindItems(FindPages):
    """Which items."""

    status: ItemFilter | UnsetType = UNSET
    payer_type: PayerType | UnsetType = UNSET
    plan_id: str | UnsetType = UNSET
    include_free: bool | UnsetType = UNSET
    query: str | UnsetType = UNSET


class CancelItem(In):
    """Whether an item ends now, or with its period."""

    end_now: bool | UnsetType = UNSET


class ExtendTrial(In):
    """Until when a trial lasts."""

    extend_to: str


class TransitionPrice(In):
    """From which price to which."""

    from_price_id: str
    to_price_id: str


class ApplyDiscount(In):
    """The discount that is to count."""

    discount_id: str


LISTS = Lists()
ITEM = "/billing/subscription_items/{subscription_item_id}"

CALLS = [
    Call(
        "GET",
        "/users/{user_id}/billing/subscription",
        subscriptions.get,
        SubscriptionOut,
        tag=TAG,
    ),
    Call(
        "GET",
        "/organizations/{organization_id}/billing/subscription",
        subscriptions.get,
        SubscriptionOut,
        tag=TAG,
    ),
    Call(
        "GET",
        "/billing/subscription_items",
        subscriptions.search_items,
        Paged(ItemOut),
        query=FindItems,
        lists=LISTS,
        ignores=IGNORES,
        tag=TAG,
    ),
    Call("DELETE", ITEM, subscriptions.cancel, ItemOut, query=CancelItem, tag=TAG),
    Call(
        "POST",
        ITEM + "/extend_free_trial",
        subscriptions.extend_trial,
        SingleItemOut,
        body=ExtendTrial,
        reads={"extend_to": read_time},
        tag=TAG,
    ),
    Call(
        "POST",
        ITEM + "/price_transition",
        subscriptions.transition,
        TransitionOut,
        body=TransitionPrice,
        tag=TAG,
    ),
    Call("POST", ITEM + "/discounts", discounts.apply, RedemptionOut, body=ApplyDiscount, tag=TAG),
    Call("DELETE", ITEM + "/discounts/{discount_id}", discounts.remove, RedemptionOut, tag=TAG),
]
