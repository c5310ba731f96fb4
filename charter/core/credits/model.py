"""The words of credits."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from charter.core.money import DEFAULT_CURRENCY, Money
from charter.kernel.errors import DomainError, Kind
from charter.kernel.events import Event

LONGEST_KEY = 255
LONGEST_NOTE = 1024


class Action(StrEnum):
    """Which way credits are adjusted."""

    INCREASE = "increase"
    DECREASE = "decrease"


class AccountKind(StrEnum):
    """What an account of a payer stands for.

    What the payer holds stands in CREDITS; the others say where it came from and went to, and
    the accounts of a payer in one currency are nothing together. What the payer has paid outside,
    for something outside, stands in PAID, and came from OUTSIDE.
    """

    CREDITS = "credits"
    GRANTED = "granted"
    SPENT = "spent"
    UNUSED = "unused"
    PAID = "paid"
    OUTSIDE = "outside"


class Source(StrEnum):
    """Why credits moved, or what was paid outside did."""

    GRANT = "grant"
    DEDUCTION = "deduction"
    PAYMENT = "payment"
    PAYMENT_RETURNED = "payment_returned"
    PRORATION = "proration"
    RECORDED = "payment_recorded"
    REFUND = "payment_refunded"
    RECORD_DELETED = "payment_record_deleted"


OTHER_SIDE: dict[Source, AccountKind] = {
    Source.GRANT: AccountKind.GRANTED,
    Source.DEDUCTION: AccountKind.GRANTED,
    Source.PAYMENT: AccountKind.SPENT,
    Source.PAYMENT_RETURNED: AccountKind.SPENT,
    Source.PRORATION: AccountKind.UNUSED,
}
"""The account that gives what CREDITS gets, and gets what it gives."""


@dataclass(frozen=True, slots=True)
class LedgerAccount:
    """An account of a payer. balance: the sum of its entries, kept by the database."""

    id: str
    payer_id: str
    kind: AccountKind
    currency: str
    balance: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class LedgerTransaction:
    """Why something moved."""

    id: str
    payer_id: str
    currency: str
    source_type: Source
    source_id: str
    note: str | None
    idempotency_key: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """What moved on one account; those of a transaction are nothing together."""

    transaction_id: str
    account_id: str
    amount: int


@dataclass(frozen=True, slots=True)
class CreditMove:
    """A transaction as the payer's credits saw it: more than nothing where they grew."""

    id: str
    payer_id: str
    currency: str
    source_type: Source
    source_id: str
    note: str | None
    created_at: datetime
    amount: int

    @property
    def money(self) -> Money:
        """What the payer got, or gave."""
        return Money(self.amount, self.currency)


@dataclass(frozen=True, slots=True)
class CreditBalance:
    """What a payer holds; None where it never held any."""

    balance: Money | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditAdjustment:
    """How credits are adjusted by hand.

    amount: 1 to 10^12 in the currency's smallest unit. idempotency_key: 1 to 255 characters; a
    repeated one of the same payer gives what was done at first.
    """

    amount: int
    action: Action
    idempotency_key: str
    currency: str = DEFAULT_CURRENCY
    note: str | None = None


class InsufficientCredits(DomainError):
    """The payer holds less than is to be taken."""

    kind, code = Kind.UNPROCESSABLE, "insufficient_credits"
    message = "The credit balance is smaller than the amount."
    parameter = "amount"


class CreditAmountInvalid(DomainError):
    """The amount is none that can be moved."""

    kind, code = Kind.UNPROCESSABLE, "credit_amount_invalid"
    message = "The amount must be from 1 to {most}, and so must be what the payer then holds."
    parameter = "amount"


class AdjustmentMismatch(DomainError):
    """The key is of another adjustment."""

    kind, code = Kind.CONFLICT, "adjustment_mismatch"
    message = "This idempotency key was used for another adjustment of this payer."
    parameter = "idempotency_key"


class CreditsMoved(Event):
    """Credits of a payer grew or shrank."""

    name = "credits.moved"
