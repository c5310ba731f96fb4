"""Plans, prices, credits, statements and payments in the Backend API."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from msgspec import UNSET, UnsetType

from charter.core.credits import operations as credit_operations
from charter.core.credits.model import Action, CreditBalance, CreditMove
from charter.core.money import Money
from charter.core.payers.model import Gateway, PaymentMethod
from charter.core.payments import operations as payments
from charter.core.payments.model import Payment, PaymentAttempt, StatementView
from charter.core.plans import operations as plans
from charter.core.plans.model import PayerType
from charter.core.prices import operations as prices
from charter.core.prices.model import BillingPeriods
from charter.surfaces.backend.billing_out import (
    IGNORES,
    FindPages,
    MoneyOut,
    PayerOut,
    PlanOut,
    PriceOut,
    money_or_none,
)
from charter.surfaces.backend.shapes import Paged, millis, millis_or_none
from charter.wire.call import Call, In, Lists, Out, View

TAG = "Billing"


class CreditBalanceOut(Out):
    """What a payer holds; null where it never held any."""

    object: str
    balance: MoneyOut | None

    @classmethod
    def of(cls, result: CreditBalance, view: View) -> "CreditBalanceOut":
        """As this API writes it."""
        balance = money_or_none(result.balance, view)
        return cls(object="commerce_credit_balance", balance=balance)


class CreditMoveOut(Out):
    """What was given to a payer, or taken."""

    object: str
    id: str
    payer_id: str
    amount: MoneyOut
    source_type: str
    source_id: str
    note: str | None
    created_at: str

    @classmethod
    def of(cls, row: CreditMove, view: View) -> "CreditMoveOut":
        """As this API writes it."""
        return cls(
            object="commerce_credit_ledger",
            id=row.id,
            payer_id=row.payer_id,
            amount=MoneyOut.of(row.money, view),
            source_type=row.source_type,
            source_id=row.source_id,
            note=row.note,
            created_at=row.created_at.isoformat().replace("+00:00", "Z"),
        )


class PaymentMethodOut(Out):
    """How a payer pays."""

    object: str
    id: str
    payer_id: str
    payment_type: str
    is_default: bool
    gateway: Gateway
    gateway_external_id: str
    gateway_external_account_id: str | None
    last4: str | None
    status: str
    wallet_type: str | UnsetType
    card_type: str | None
    expiry_year: int | None
    expiry_month: int | None
    created_at: int
    updated_at: int
    is_removable: bool

    @classmethod
    def of(cls, row: PaymentMethod, payment: Payment) -> "PaymentMethodOut":
        """As this API writes it, for a payment; an invoice has no word of its own there."""
        by_credits = not payment.amount and payment.credits_amount
        kind = "card" if row.gateway.is_automatic else "link"
        return cls(
            object="commerce_payment_method",
            id=row.id,
            payer_id=row.payer_id,
            payment_type="payer-credits" if by_credits else kind,
            is_default=row.is_default,
            gateway=row.gateway,
            gateway_external_id=row.external_id or "",
            gateway_external_account_id=None,
            last4=row.last4,
            status=row.status,
            wallet_type=UNSET,
            card_type=row.card_type,
            expiry_year=row.expiry_year,
            expiry_month=row.expiry_month,
            created_at=millis(row.created_at),
            updated_at=millis(row.updated_at),
            is_removable=False,
        )


def totals(payment: Payment, view: View) -> dict[str, Any]:
    """What a payment comes to, and what was taken off."""

    def money(amount: int) -> MoneyOut:
        return MoneyOut.of(payment.money(amount), view)

    proration = payer = None
    if payment.proration_days is not None:
        left = payment.proration_days_left or 0
        proration = {
            "amount": money(payment.proration_amount),
            "cycle_days_remaining": left,
            "cycle_days_total": payment.proration_days,
            "cycle_remaining_percent": left / payment.proration_days,
        }
    if payment.credits_amount or payment.credits_left:
        payer = {
            "remaining_balance": money(payment.credits_left),
            "applied_amount": money(payment.credits_amount),
        }
    taken = payment.proration_amount + payment.credits_amount
    return {
        "subtotal": money(payment.worth),
        "base_fee": money(payment.base_amount),
        "tax_total": money(0),
        "grand_total": money(payment.amount),
        "credits": {"proration": proration, "payer": payer, "total": money(taken)},
        "discounts": {"proration": None, "total": money(payment.discount_amount)},
    }


class PaymentAttemptOut(Out):
    """One try to collect a payment."""

    object: str
    id: str
    payment_id: str
    instance_id: str
    charge_type: str
    payee_id: str
    payee: dict[str, Any]
    payer_id: str
    payer: PayerOut
    subscription_item_id: str
    amount: MoneyOut
    totals: dict[str, Any]
    payment_method_id: str
    payment_method: PaymentMethodOut
    statement_id: str
    gateway_external_id: str | None
    gateway_external_url: str | None
    status: str
    paid_at: int | None
    failed_at: int | None
    created_at: int
    updated_at: int

    @classmethod
    def of(cls, row: PaymentAttempt, view: View) -> "PaymentAttemptOut":
        """As this API writes it; who is paid is the instance."""
        payment = row.payment
        return cls(
            object="commerce_payment",
            id=row.id,
            payment_id=row.payment_id,
            instance_id=view.instance.id,
            charge_type=payment.charge_type,
            payee_id=view.instance.id,
            payee={"id": view.instance.id, "gateway_type": row.method.gateway},
            payer_id=row.payer_id,
            payer=PayerOut.of(row.payer, view),
            subscription_item_id=payment.subscription_item_id,
            amount=MoneyOut.of(payment.money(payment.amount), view),
            totals=totals(payment, view),
            payment_method_id=row.payment_method_id,
            payment_method=PaymentMethodOut.of(row.method, payment),
            statement_id=row.statement_id,
            gateway_external_id=row.gateway_external_id,
            gateway_external_url=None,
            status=row.status,
            paid_at=millis_or_none(row.paid_at),
            failed_at=millis_or_none(row.failed_at),
            created_at=millis(row.created_at),
            updated_at=millis(row.updated_at),
        )


class StatementTotalsOut(Out):
    """What a statement comes to."""

    grand_total: MoneyOut
    subtotal: MoneyOut
    base_fee: MoneyOut
    tax_total: MoneyOut


class StatementGroupOut(Out):
    """The attempts of a day."""

    object: str
    timestamp: int
    items: list[PaymentAttemptOut]


class StatementOut(Out):
    """What a payer was charged within a month."""

    object: str
    id: str
    instance_id: str
    timestamp: int
    payer: PayerOut
    status: str
    totals: StatementTotalsOut
    groups: list[StatementGroupOut]

    @classmethod
    def of(cls, result: StatementView, view: View) -> "StatementOut":
        """As this API writes it."""
        row = result.statement

        def money(amount: int) -> MoneyOut:
            return MoneyOut.of(Money(amount, row.currency), view)

        return cls(
            object="commerce_statement",
            id=row.id,
            instance_id=view.instance.id,
            timestamp=millis(row.created_at),
            payer=PayerOut.of(row.payer, view),
            status=row.status,
            totals=StatementTotalsOut(
                grand_total=money(row.grand_total),
                subtotal=money(row.subtotal),
                base_fee=money(row.base_amount),
                tax_total=money(0),
            ),
            groups=_groups(result.attempts, view),
        )


def _groups(attempts: Iterable[PaymentAttempt], view: View) -> list[StatementGroupOut]:
    return [
        StatementGroupOut(
            object="commerce_statement_group",
            timestamp=millis(moment),
            items=[PaymentAttemptOut.of(each, view) for each in of_day],
        )
        for moment, of_day in groupby(
            attempts,
            key=lambda each: each.created_at.replace(hour=0, minute=0, second=0, microsecond=0),
        )
    ]


class FindPlans(FindPages):
    """For whom plans are."""

    payer_type: PayerType | UnsetType = UNSET


class FindPrices(FindPages):
    """Of which plan prices are."""

    plan_id: str | UnsetType = UNSET


class CreatePrice(In):
    """What a price is made of."""

    plan_id: str
    amount: int | None
    currency: str | UnsetType = UNSET
    annual_monthly_amount: int | UnsetType | None = UNSET
    description: str | UnsetType = UNSET
    supported_billing_periods: BillingPeriods | UnsetType = UNSET


class AdjustCredits(In):
    """How credits are adjusted."""

    amount: int
    action: Action
    idempotency_key: str
    currency: str | UnsetType = UNSET
    note: str | UnsetType = UNSET


LISTS = Lists()
STATEMENT = "/billing/statements/{statementID}"
NAMES = {"statementID": "statement_id"}
PAYERS = ("/users/{user_id}/billing", "/organizations/{organization_id}/billing")

CALLS = [
    Call(
        "GET",
        "/billing/plans",
        plans.search,
        Paged(PlanOut),
        query=FindPlans,
        lists=LISTS,
        ignores=IGNORES,
        tag=TAG,
    ),
    Call(
        "GET",
        "/billing/prices",
        prices.search,
        Paged(PriceOut),
        query=FindPrices,
        lists=LISTS,
        ignores=IGNORES,
        tag=TAG,
    ),
    Call("POST", "/billing/prices", prices.create, PriceOut, body=CreatePrice, tag=TAG),
    Call(
        "GET",
        "/billing/statements",
        payments.search_statements,
        Paged(StatementOut),
        query=FindPages,
        lists=LISTS,
        ignores=IGNORES,
        tag=TAG,
    ),
    Call("GET", STATEMENT, payments.get_statement, StatementOut, names=NAMES, tag=TAG),
    Call(
        "GET",
        STATEMENT + "/payment_attempts",
        payments.search_attempts,
        Paged(PaymentAttemptOut),
        names=NAMES,
        query=FindPages,
        lists=LISTS,
        ignores=IGNORES,
        tag=TAG,
    ),
    *(
        Call("GET", payer + "/credits", credit_operations.get_balance, CreditBalanceOut, tag=TAG)
        for payer in PAYERS
    ),
    *(
        Call(
            "POST",
            payer + "/credits",
            credit_operations.adjust,
            CreditMoveOut,
            body=AdjustCredits,
            tag=TAG,
        )
        for payer in PAYERS
    ),
]
