"""Arguments for the operations of billing."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from charter.core.credits.model import Action, CreditAdjustment
from charter.core.discounts.model import NewDiscount
from charter.core.payers.model import Gateway
from charter.core.payers.operations import NewPaymentMethod
from charter.core.payments.model import Outcome, PaymentStatus
from charter.core.plans.model import NewPlan, PayerType
from charter.core.prices.model import NewPrice
from charter.core.subscriptions.operations import NewSubscription
from charter.kernel.lists import Search
from tests.cast import Cast

Maker = Callable[[Cast], dict[str, Any]]
ADJUSTMENT = CreditAdjustment(amount=100, action=Action.INCREASE, idempotency_key="made")
CARD = NewPaymentMethod(gateway=Gateway.STRIPE, external_customer_id="cus_1", external_id="pm_1")
PLAN = NewPlan(payer_type=PayerType.USER, slug="fresh", name="Fresh", amount=900)


def item(**more: Any) -> Maker:
    return lambda cast: {"subscription_item_id": cast["subscription_item"], **more}


def in_days(days: int) -> datetime:
    return datetime.now(UTC) + timedelta(days=days)


MAKERS: dict[str, Maker] = {
    "billing_statements.get": lambda cast: {"statement_id": cast["statement"]},
    "billing_statements.search": lambda _: {"search": Search()},
    "credits.adjust": lambda cast: {"adjustment": ADJUSTMENT, "user_id": cast["user"]},
    "credits.get_balance": lambda cast: {"user_id": cast["user"]},
    "discounts.apply": lambda cast: {**item()(cast), "discount_id": cast["discount"]},
    "discounts.create": lambda _: {"new": NewDiscount(name="Half", percent_off=5000)},
    "discounts.remove": lambda cast: {**item()(cast), "discount_id": cast["applied_discount"]},
    "discounts.search": lambda _: {},
    "discounts.set_active": lambda cast: {"discount_id": cast["discount"], "is_active": False},
    "features.create": lambda _: {"slug": "fresh", "name": "Fresh"},
    "features.search": lambda _: {},
    "payment_attempts.mark_paid": lambda cast: {"attempt_id": cast["payment_attempt"]},
    "payment_attempts.search": lambda cast: {
        "statement_id": cast["statement"],
        "search": Search(),
    },
    "payment_gateways.set": lambda _: {"gateway": Gateway.STRIPE, "secret": "sk_test_2"},
    "payment_methods.create": lambda cast: {"new": CARD, "user_id": cast["user"]},
    "payments.hold": lambda _: {},
    "payments.resume": lambda _: {},
    "payments.settle": lambda cast: {
        "attempt_id": cast["payment_attempt"],
        "outcome": Outcome(PaymentStatus.PAID, "pi_1"),
    },
    "plans.create": lambda _: {"new": PLAN},
    "plans.search": lambda _: {"search": Search()},
    "plans.set_features": lambda cast: {"plan_id": cast["plan"], "features": ["exports"]},
    "prices.create": lambda cast: {"new": NewPrice(plan_id=cast["plan"], amount=500)},
    "prices.search": lambda _: {"search": Search()},
    "subscription_items.cancel": item(),
    "subscription_items.extend_trial": item(extend_to=in_days(60)),
    "subscription_items.search": lambda _: {"search": Search()},
    "subscription_items.transition": lambda cast: {
        **item()(cast),
        "from_price_id": cast["price"],
        "to_price_id": cast["other_price"],
    },
    "subscriptions.advance": lambda cast: {"payer_id": cast["payer"]},
    "subscriptions.get": lambda cast: {"user_id": cast.world.people["stranger"]},
    "subscriptions.subscribe": lambda cast: {
        "new": NewSubscription(price_id=cast["price"]),
        "user_id": cast.world.people["manager"],
    },
}
"""Every operation, with what makes its arguments."""
