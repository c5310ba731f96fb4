"""What a gateway tells of a customer: plain facts, whichever package they were read by."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from charter.core.invoices.model import InvoiceStatus
from charter.core.provider_subscriptions.model import Proration, ProviderStatus
from charter.core.recorded_payments.model import Means, RecordedStatus


@dataclass(frozen=True, slots=True)
class ToldSubscription:
    """A subscription of a customer."""

    external_id: str
    external_customer_id: str
    status: ProviderStatus
    price_id: str | None
    quantity: int | None
    current_period_start: datetime | None
    current_period_end: datetime | None
    cancel_at_period_end: bool
    canceled_at: datetime | None
    created_at: datetime
    data: Any


@dataclass(frozen=True, slots=True)
class ToldInvoice:
    """An invoice of a customer. subscription: the gateway's id of what it is for."""

    external_id: str
    external_customer_id: str
    subscription: str | None
    number: str | None
    amount_due: int
    amount_paid: int
    currency: str
    status: InvoiceStatus
    due_at: datetime | None
    paid_at: datetime | None
    period_start: datetime | None
    period_end: datetime | None
    created_at: datetime
    data: Any


@dataclass(frozen=True, slots=True)
class ToldPayment:
    """A payment of a customer. is_own: that Charter itself asked for it, on a statement of its."""

    external_id: str
    external_customer_id: str
    amount: int
    refunded_amount: int
    currency: str
    status: RecordedStatus
    paid_at: datetime | None
    payment_method: Means | None
    created_at: datetime
    data: Any
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class ToldFeature:
    """What a customer is entitled to."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Told:
    """All that a gateway knows of a customer, newest first."""

    subscriptions: tuple[ToldSubscription, ...]
    invoices: tuple[ToldInvoice, ...]
    payments: tuple[ToldPayment, ...]
    features: tuple[ToldFeature, ...]


@dataclass(frozen=True, slots=True)
class ToldCheckout:
    """A checkout. organization_id: for which it was begun."""

    external_id: str
    organization_id: str | None
    external_customer_id: str | None
    subscription: str | None
    is_complete: bool


@dataclass(frozen=True, slots=True)
class ToldEvent:
    """That something happened at the gateway: to what, of which customer."""

    external_id: str
    type: str
    object_id: str | None
    external_customer_id: str | None
    checkout: ToldCheckout | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """A checkout to begin."""

    organization_id: str
    external_customer_id: str
    price_id: str
    quantity: int
    success_url: str
    cancel_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is to change of a subscription; None stays."""

    price_id: str | None
    quantity: int | None
    proration: Proration


class Refused(Exception):
    """A gateway refused what it was asked. code: its own word for why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class NotSigned(Exception):
    """What was posted is not what the gateway signed."""
