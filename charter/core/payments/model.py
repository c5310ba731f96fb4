"""The words of payments, attempts and statements."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from charter.core.money import Money
from charter.core.payers.model import Gateway, Payer, PaymentMethod
from charter.kernel.errors import DomainError, Kind
from charter.kernel.events import Event

STATEMENT_MONTHS = 1
INVOICE_TERM = timedelta(days=14)
"""How long an invoice may stay unpaid before it is overdue, and again before it is given up.

Twice this is no longer than the shortest month, so that nothing is renewed on credit.
"""
RETRY_AFTER = (timedelta(days=1), timedelta(days=3), timedelta(days=5), timedelta(days=7))
"""How long after each failed attempt another is made; after the last of them there is none."""
SECRET_OF_GATEWAY = "payment_gateway:{id}"  # noqa: S105  # what it is sealed under

WEBHOOK_SECRET_OF_GATEWAY = "payment_gateway:{id}:webhook"  # noqa: S105  # as above


class ChargeType(StrEnum):
    """What a payment is for."""

    CHECKOUT = "checkout"
    RECURRING = "recurring"


class PaymentStatus(StrEnum):
    """How a payment, or an attempt, stands."""

    PENDING = "pending"
    PAID = "paid"
    FAILED = "failed"


class StatementStatus(StrEnum):
    """Whether a statement still takes payments."""

    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Payment:
    """A charge for one period of an item; amounts in the currency's smallest unit.

    amount is what is left of base_amount when the discount, what was unused of another plan
    (proration, with the days left and all days of that one's period) and credits are taken off.
    credits_left: what the payer then still held.
    """

    id: str
    payer_id: str
    statement_id: str
    subscription_item_id: str
    charge_type: ChargeType
    period_start: datetime
    period_end: datetime
    currency: str
    base_amount: int
    discount_amount: int
    proration_amount: int
    proration_days_left: int | None
    proration_days: int | None
    credits_amount: int
    credits_left: int
    amount: int
    status: PaymentStatus
    next_step_at: datetime | None
    created_at: datetime
    updated_at: datetime

    @property
    def worth(self) -> int:
        """What the period is worth to the payer, however it was paid."""
        return self.base_amount - self.discount_amount

    def money(self, amount: int) -> Money:
        """An amount in the payment's currency."""
        return Money(amount, self.currency)


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """An attempt as it is kept."""

    id: str
    payment_id: str
    payer_id: str
    statement_id: str
    payment_method_id: str
    number: int
    status: PaymentStatus
    gateway_external_id: str | None
    failure_code: str | None
    paid_at: datetime | None
    failed_at: datetime | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class PaymentAttempt:
    """One try to collect a payment, with all that it is about."""

    id: str
    payment_id: str
    payer_id: str
    statement_id: str
    payment_method_id: str
    number: int
    status: PaymentStatus
    gateway_external_id: str | None
    failure_code: str | None
    paid_at: datetime | None
    failed_at: datetime | None
    created_at: datetime
    updated_at: datetime
    payment: Payment
    method: PaymentMethod
    payer: Payer


@dataclass(frozen=True, slots=True)
class StatementRow:
    """A statement as it is kept."""

    id: str
    payer_id: str
    currency: str
    status: StatementStatus
    closes_at: datetime
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class BillingStatement:
    """What a payer was charged within a month; amounts in the smallest unit.

    base_amount is what the plans cost, subtotal that without discounts, grand_total what is left
    to be paid of it. Payments that failed for good do not count.
    """

    id: str
    payer_id: str
    currency: str
    status: StatementStatus
    closes_at: datetime
    created_at: datetime
    updated_at: datetime
    base_amount: int
    subtotal: int
    grand_total: int
    payer: Payer


@dataclass(frozen=True, slots=True)
class StatementView:
    """A statement with its attempts, oldest first."""

    statement: BillingStatement
    attempts: tuple[PaymentAttempt, ...]


@dataclass(frozen=True, slots=True)
class Charge:
    """What a gateway is asked to collect.

    period: of which item, from when: it is paid for once, whichever server asks. number: of the
    attempt. since: when it can first have been asked for. is_repeated: it may have been.
    """

    period: str
    number: int
    money: Money
    customer: str
    method: str
    since: datetime
    is_repeated: bool

    @property
    def reference(self) -> str:
        """Under which it is done once."""
        return f"{self.period}/{self.number}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a gateway says of a charge."""

    status: PaymentStatus
    external_id: str | None = None
    failure_code: str | None = None


@dataclass(frozen=True, slots=True)
class GatewaySecret:
    """How an instance reaches a gateway and knows what that posts, sealed."""

    id: str
    gateway: Gateway
    sealed_secret: bytes = field(repr=False)
    sealed_webhook_secret: bytes | None = field(repr=False)
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class GatewaySet:
    """What is said of a gateway's secrets: that there are."""

    id: str
    gateway: Gateway
    has_webhook_secret: bool
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class BillingHold:
    """Whether an instance renews and collects: not where held_at is set. id: the instance's."""

    id: str
    held_at: datetime | None


class StatementNotFound(DomainError):
    """There is no such statement."""

    kind, code = Kind.NOT_FOUND, "statement_not_found"
    message = "No billing statement has this id."
    parameter = "statement_id"


class PaymentAttemptNotFound(DomainError):
    """There is no such attempt."""

    kind, code = Kind.NOT_FOUND, "payment_attempt_not_found"
    message = "No payment attempt has this id."
    parameter = "attempt_id"


class AttemptNotOpen(DomainError):
    """The attempt is over, or is a gateway's to settle."""

    kind, code = Kind.CONFLICT, "attempt_not_open"
    message = "The payment attempt is settled already, or is settled by its gateway."
    parameter = "attempt_id"


class GatewayNotSet(DomainError):
    """The instance has no secret for the gateway."""

    kind, code = Kind.UNPROCESSABLE, "gateway_not_set"
    message = "The instance is not connected to the payment gateway {gateway}."


class GatewayAway(Exception):
    """A gateway did not say what became of a charge; it has to be asked again."""


class PaymentAttemptCreated(Event):
    """A payment is being collected."""

    name = "paymentAttempt.created"


class PaymentAttemptUpdated(Event):
    """An attempt was paid, or failed."""

    name = "paymentAttempt.updated"


class StatementCreated(Event):
    """A statement was opened."""

    name = "billingStatement.created"


class StatementClosed(Event):
    """A statement is complete."""

    name = "billingStatement.closed"


class PaymentGatewaySet(Event):
    """The instance reaches a gateway with another secret."""

    name = "paymentGateway.set"


class BillingHeld(Event):
    """The instance renews and collects nothing any more."""

    name = "billing.held"


class BillingResumed(Event):
    """The instance renews and collects again."""

    name = "billing.resumed"
