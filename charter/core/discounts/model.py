"""The words of discounts."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from charter.core.money import Money, share
from charter.kernel.errors import DomainError, Kind
from charter.kernel.events import Event

WHOLE = 10_000
"""All of an amount, in hundredths of a percent."""
LONGEST_NAME = 255
MOST_CYCLES = 1200


class Effect(StrEnum):
    """How a discount counts."""

    PERCENTAGE = "percentage"
    FIXED_AMOUNT = "fixed_amount"


class RedemptionStatus(StrEnum):
    """Whether a discount still counts for an item."""

    ACTIVE = "active"
    EXHAUSTED = "exhausted"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Discount:
    """What can be taken off.

    percent_off: in hundredths of a percent, 1 to 10000. amount_off: in the smallest unit of
    currency. cycles: how many charges it counts for; None is all of them.
    """

    id: str
    name: str
    effect: Effect
    percent_off: int | None
    amount_off: int | None
    currency: str | None
    cycles: int | None
    is_active: bool
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Redemption:
    """That a discount counts for an item, as the discount was when it was applied."""

    id: str
    subscription_item_id: str
    discount_id: str
    name: str
    effect: Effect
    percent_off: int | None
    amount_off: int | None
    currency: str | None
    cycles_remaining: int | None
    cycles_applied: int
    status: RedemptionStatus
    redeemed_by: str | None
    created_at: datetime
    updated_at: datetime

    def off(self, money: Money) -> int:
        """What it takes off a charge: never more than the charge, nothing in another currency."""
        if self.effect is Effect.PERCENTAGE:
            return share(money.amount, self.percent_off or 0, WHOLE)[0]
        if self.currency != money.currency:
            return 0
        return min(self.amount_off or 0, money.amount)


@dataclass(frozen=True, slots=True)
class Redeemed:
    """A redemption with what it takes off the next charge; None where there is none to come."""

    redemption: Redemption
    next_off: Money | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDiscount:
    """What a discount is made of: one of percent_off and amount_off, as in Discount."""

    name: str
    percent_off: int | None = None
    amount_off: int | None = None
    currency: str | None = None
    cycles: int | None = None


class DiscountNotFound(DomainError):
    """There is no such discount, or it does not count for the item."""

    kind, code = Kind.NOT_FOUND, "discount_not_found"
    message = "No discount has this id, or it does not count for this item."
    parameter = "discount_id"


class DiscountInactive(DomainError):
    """The discount is given no more."""

    kind, code = Kind.UNPROCESSABLE, "discount_inactive"
    message = "The discount is not active."
    parameter = "discount_id"


class DiscountAlreadyApplied(DomainError):
    """The discount counts for the item already."""

    kind, code = Kind.CONFLICT, "discount_already_applied"
    message = "This discount counts for the item already."
    parameter = "discount_id"


class DiscountNotApplicable(DomainError):
    """The discount cannot count for the item."""

    kind, code = Kind.UNPROCESSABLE, "discount_not_applicable"
    message = "The discount cannot count for this item: {reason}."
    parameter = "discount_id"


class DiscountCreated(Event):
    """A discount was made."""

    name = "discount.created"


class DiscountUpdated(Event):
    """A discount is given again, or no more."""

    name = "discount.updated"


class DiscountApplied(Event):
    """A discount counts for an item."""

    name = "discountRedemption.created"


class RedemptionUpdated(Event):
    """A discount was used for a charge, or counts no more."""

    name = "discountRedemption.updated"
