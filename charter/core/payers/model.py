"""The words of payers and payment methods."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from charter.core.plans.model import PayerType
from charter.kernel.errors import DomainError, Kind
from charter.kernel.events import Event

MOST_METHODS = 20


class Gateway(StrEnum):
    """Who collects the money."""

    MANUAL = "manual"
    STRIPE = "stripe"

    @property
    def is_automatic(self) -> bool:
        """Whether it takes money without anybody at hand."""
        return self is not Gateway.MANUAL


class MethodStatus(StrEnum):
    """Whether a payment method is still used."""

    ACTIVE = "active"
    DISCONNECTED = "disconnected"


@dataclass(frozen=True, slots=True)
class PayerRow:
    """A payer as it is kept.

    plan_id: the plan that is in force. next_due_at: when something has to happen next.
    """

    id: str
    user_id: str | None
    organization_id: str | None
    plan_id: str
    had_trial: bool
    next_due_at: datetime | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Payer:
    """A payer with what it is called; a user or an organization that is gone has no name."""

    id: str
    user_id: str | None
    organization_id: str | None
    plan_id: str
    had_trial: bool
    next_due_at: datetime | None
    created_at: datetime
    updated_at: datetime
    exists: bool
    first_name: str | None
    last_name: str | None
    email: str | None
    organization_name: str | None
    image_key: str | None

    @property
    def type(self) -> PayerType:
        """Who it is."""
        return PayerType.USER if self.user_id is not None else PayerType.ORGANIZATION

    @property
    def subject_id(self) -> str:
        """The id of the user or the organization."""
        return self.user_id or self.organization_id or ""


@dataclass(frozen=True, slots=True)
class PaymentMethod:
    """How a payer pays. external_customer_id, external_id: what the gateway calls them."""

    id: str
    payer_id: str
    gateway: Gateway
    external_customer_id: str | None
    external_id: str | None
    card_type: str | None
    last4: str | None
    expiry_year: int | None
    expiry_month: int | None
    is_default: bool
    status: MethodStatus
    created_at: datetime
    updated_at: datetime


class PayerNotFound(DomainError):
    """There is no such payer."""

    kind, code = Kind.NOT_FOUND, "payer_not_found"
    message = "No payer has this id."
    parameter = "payer_id"


class PaymentMethodLimitReached(DomainError):
    """The payer has as many payment methods as one may have."""

    kind, code = Kind.UNPROCESSABLE, "payment_method_limit_reached"
    message = "A payer has at most {limit} payment methods."


class PaymentMethodExists(DomainError):
    """The payer has the payment method already."""

    kind, code = Kind.CONFLICT, "payment_method_exists"
    message = "The payer has this payment method already."


class PaymentMethodCreated(Event):
    """A payer has another payment method."""

    name = "paymentMethod.created"
