"""Subscriptions, their items and payment attempts as webhooks tell of them."""

from typing import Any

from msgspec import UNSET, UnsetType

from charter.core.money import Money
from charter.core.payers.model import MethodStatus, Payer, PaymentMethod
from charter.core.payments.model import ChargeType, PaymentAttempt, PaymentStatus
from charter.core.prices.model import PlanPeriod
from charter.core.subscriptions.model import (
    ItemStatus,
    Subscription,
    SubscriptionItem,
    SubscriptionStatus,
)
from charter.surfaces.backend.billing import totals
from charter.surfaces.backend.billing_out import MoneyOut, PayerOut
from charter.surfaces.backend.shapes import millis, millis_or_none
from charter.surfaces.webhooks.around import Around
from charter.wire.call import Out, View


class PayerToldOut(Out):
    """A payer; here there are no nulls, but empty names."""

    object: str
    id: str
    user_id: str
    first_name: str
    last_name: str
    email: str
    organization_id: str
    organization_name: str
    image_url: str
    created_at: int | UnsetType
    updated_at: int | UnsetType

    @classmethod
    def of(cls, row: Payer, view: View) -> "PayerToldOut":
        """As it is told."""
        plain = PayerOut.of(row, view)
        return cls(
            object=plain.object,
            id=plain.id,
            user_id=plain.user_id or "",
            first_name=plain.first_name or "",
            last_name=plain.last_name or "",
            email=plain.email or "",
            organization_id=plain.organization_id or "",
            organization_name=plain.organization_name or "",
            image_url=plain.image_url,
            created_at=plain.created_at,
            updated_at=plain.updated_at,
        )

    @classmethod
    def gone(cls, payer_id: str) -> "PayerToldOut":
        """A payer of whom nothing is left but the id."""
        return cls(
            object="commerce_payer",
            id=payer_id,
            user_id="",
            first_name="",
            last_name="",
            email="",
            organization_id="",
            organization_name="",
            image_url="",
            created_at=UNSET,
            updated_at=UNSET,
        )


class PlanToldOut(Out):
    """The plan of an item. amount: what a period of the item costs, in the smallest unit."""

    id: str
    slug: str
    name: str
    is_recurring: bool
    amount: int
    currency: str

    @classmethod
    def of(cls, item: SubscriptionItem, cost: Money) -> "PlanToldOut":
        """As it is told."""
        plan = item.plan
        return cls(
            id=plan.id,
            slug=plan.slug,
            name=plan.name,
            is_recurring=True,
            amount=cost.amount,
            currency=cost.currency,
        )


class ItemToldOut(Out):
    """An item. Within its subscription it names neither that nor the payer again."""

    object: str
    id: str
    status: ItemStatus
    is_free_trial: bool
    created_at: int
    updated_at: int
    period_start: int
    period_end: int | None
    interval: PlanPeriod
    plan_id: str
    plan: PlanToldOut
    payer: PayerToldOut | UnsetType
    subscription_id: str | None

    @classmethod
    def of(cls, row: SubscriptionItem, view: View) -> "ItemToldOut":
        """By itself."""
        return cls(
            object="commerce_subscription_item",
            id=row.id,
            status=row.status,
            is_free_trial=row.is_free_trial,
            created_at=millis(row.created_at),
            updated_at=millis(row.updated_at),
            period_start=millis(row.period_start),
            period_end=millis_or_none(row.period_end),
            interval=row.plan_period,
            plan_id=row.plan_id,
            plan=PlanToldOut.of(row, row.cost),
            payer=PayerToldOut.of(row.payer, view),
            subscription_id=row.subscription_id,
        )

    @classmethod
    def within(cls, row: SubscriptionItem, view: View) -> "ItemToldOut":
        """Within its subscription."""
        item = cls.of(row, view)
        item.payer, item.subscription_id = UNSET, None
        return item


class SubscriptionToldOut(Out):
    """A subscription with its items that are not over; it never ends, its items do."""

    object: str
    id: str
    status: SubscriptionStatus
    active_at: int | None
    canceled_at: None
    created_at: int
    ended_at: None
    past_due_at: int | None
    updated_at: int
    latest_payment_id: str | None
    payer_id: str
    payer: PayerToldOut
    payment_source_id: str | None
    items: list[ItemToldOut]

    @classmethod
    def of(cls, row: Subscription, view: View, around: Around) -> "SubscriptionToldOut":
        """As it was, with its payer and items as they are now."""
        of_payer = around.subscribers.get(row.payer_id)
        items = [
            each
            for each in around.items
            if each.subscription_id == row.id and each.ended_at is None
        ]
        return cls(
            object="commerce_subscription",
            id=row.id,
            status=row.status,
            active_at=millis_or_none(row.active_at),
            canceled_at=None,
            created_at=millis(row.created_at),
            ended_at=None,
            past_due_at=millis_or_none(row.past_due_at),
            updated_at=millis(row.updated_at),
            latest_payment_id=of_payer.latest_payment_id if of_payer else None,
            payer_id=row.payer_id,
            payer=(
                PayerToldOut.of(of_payer.payer, view)
                if of_payer
                else PayerToldOut.gone(row.payer_id)
            ),
            payment_source_id=of_payer.payment_method_id if of_payer else None,
            items=[ItemToldOut.within(each, view) for each in items],
        )


class ChargedItemOut(Out):
    """An item in the period that was charged."""

    object: str
    id: str
    status: ItemStatus
    created_at: int
    updated_at: int
    period_start: int
    period_end: int
    interval: PlanPeriod
    plan_id: str
    plan: PlanToldOut
    payer: PayerToldOut
    subscription_id: str
    credit: dict[str, Any] | UnsetType
    credits: dict[str, Any]

    @classmethod
    def of(cls, row: SubscriptionItem, charged: PaymentAttempt, view: View) -> "ChargedItemOut":
        """As it is told with an attempt."""
        payment = charged.payment
        taken = totals(payment, view)["credits"]
        return cls(
            object="commerce_subscription_item",
            id=row.id,
            status=row.status,
            created_at=millis(row.created_at),
            updated_at=millis(row.updated_at),
            period_start=millis(payment.period_start),
            period_end=millis(payment.period_end),
            interval=row.plan_period,
            plan_id=row.plan_id,
            plan=PlanToldOut.of(row, payment.money(payment.base_amount)),
            payer=PayerToldOut.of(charged.payer, view),
            subscription_id=row.subscription_id,
            credit=taken["proration"] or UNSET,
            credits=taken,
        )


class PaymentSourceOut(Out):
    """How an attempt is paid; an invoice has no word of its own here."""

    id: str
    gateway: str
    gateway_external_id: str
    gateway_external_account_id: None
    payment_method: str
    status: MethodStatus
    card_type: str | None
    last4: str | None

    @classmethod
    def of(cls, row: PaymentMethod) -> "PaymentSourceOut":
        """As it is told."""
        return cls(
            id=row.id,
            gateway=row.gateway,
            gateway_external_id=row.external_id or "",
            gateway_external_account_id=None,
            payment_method="card" if row.gateway.is_automatic else "link",
            status=row.status,
            card_type=row.card_type,
            last4=row.last4,
        )


class AttemptTotalsOut(Out):
    """What a payment comes to."""

    subtotal: MoneyOut
    tax_total: MoneyOut
    grand_total: MoneyOut


class AttemptToldOut(Out):
    """One try to collect a payment; who is paid is the instance."""

    id: str
    instance_id: str
    payment_id: str
    invoice_id: str
    statement_id: str
    gateway_external_id: str
    status: PaymentStatus
    created_at: int
    updated_at: int
    paid_at: int | None
    failed_at: int | None
    failed_reason: dict[str, str] | None
    billing_date: int
    charge_type: ChargeType
    payee: dict[str, str]
    payer: PayerToldOut
    totals: AttemptTotalsOut
    payment_source: PaymentSourceOut
    subscription_items: list[ChargedItemOut]

    @classmethod
    def of(cls, row: PaymentAttempt, view: View, around: Around) -> "AttemptToldOut":
        """As it was, with its item as that is now."""
        payment = row.payment
        sums = totals(payment, view)
        items = [each for each in around.items if each.id == payment.subscription_item_id]
        return cls(
            id=row.id,
            instance_id=view.instance.id,
            payment_id=row.payment_id,
            invoice_id="",  # what statements were before they were called so
            statement_id=row.statement_id,
            gateway_external_id=row.gateway_external_id or "",
            status=row.status,
            created_at=millis(row.created_at),
            updated_at=millis(row.updated_at),
            paid_at=millis_or_none(row.paid_at),
            failed_at=millis_or_none(row.failed_at),
            failed_reason=_reason(row),
            billing_date=millis(payment.period_start),
            charge_type=payment.charge_type,
            payee={
                "id": view.instance.id,
                "gateway_type": row.method.gateway,
                "gateway_external_id": "",
                "gateway_status": "active",
            },
            payer=PayerToldOut.of(row.payer, view),
            totals=AttemptTotalsOut(
                subtotal=sums["subtotal"],
                tax_total=sums["tax_total"],
                grand_total=sums["grand_total"],
            ),
            payment_source=PaymentSourceOut.of(row.method),
            subscription_items=[ChargedItemOut.of(each, row, view) for each in items],
        )


def _reason(row: PaymentAttempt) -> dict[str, str] | None:
    """Why an attempt failed. Of a gateway's two codes the finer one is known, and tells both."""
    if row.status is not PaymentStatus.FAILED:
        return None
    code = row.failure_code or ""
    return {"code": code, "decline_code": code if row.method.gateway.is_automatic else ""}
