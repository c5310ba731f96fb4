"""The words of prices."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from charter.core.money import DEFAULT_CURRENCY
from charter.kernel.errors import DomainError, InvalidInput, Kind
from charter.kernel.events import Event

LEAST = 100
"""A price is nothing, or at least this much a month in the currency's smallest unit."""
MOST_A_MONTH = 10**9
LONGEST_DESCRIPTION = 1024
MONTHS_OF_YEAR = 12


class PlanPeriod(StrEnum):
    """How often is paid."""

    MONTH = "month"
    ANNUAL = "annual"


class BillingPeriods(StrEnum):
    """How often a price lets one pay."""

    MONTH = "month"
    ANNUAL = "annual"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Price:
    """What a plan costs; never changed once it is made.

    amount: for a month that is paid monthly; annual_monthly_amount: for a month of a year that is
    paid at once; both in the currency's smallest unit, None where one cannot pay so.
    """

    id: str
    plan_id: str
    currency: str
    amount: int | None
    annual_monthly_amount: int | None
    description: str | None
    is_default: bool
    created_at: datetime

    @property
    def periods(self) -> BillingPeriods:
        """How often one may pay."""
        if self.amount is None:
            return BillingPeriods.ANNUAL
        return BillingPeriods.MONTH if self.annual_monthly_amount is None else BillingPeriods.BOTH

    def of(self, period: PlanPeriod) -> int | None:
        """What one period costs; None where it cannot be paid so."""
        if period is PlanPeriod.MONTH:
            return self.amount
        yearly = self.annual_monthly_amount
        return None if yearly is None else yearly * MONTHS_OF_YEAR


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPrice:
    """What a price is made of.

    amount, annual_monthly_amount: 0, or 100 to 10^9 in the smallest unit; one of them at least.
    supported_billing_periods: has to fit the amounts that are given.
    """

    plan_id: str
    currency: str = DEFAULT_CURRENCY
    amount: int | None = None
    annual_monthly_amount: int | None = None
    description: str | None = None
    supported_billing_periods: BillingPeriods | None = None


class PriceNotFound(DomainError):
    """There is no such price."""

    kind, code = Kind.NOT_FOUND, "price_not_found"
    message = "No price has this id."
    parameter = "price_id"


class PriceOfDefaultPlan(DomainError):
    """The plan that everybody has costs nothing."""

    kind, code = Kind.UNPROCESSABLE, "price_of_default_plan"
    message = "The default plan is free: no price can be made for it."
    parameter = "plan_id"


class AmountInvalid(DomainError):
    """An amount is too small."""

    kind, code = Kind.UNPROCESSABLE, "amount_invalid"
    message = "{parameter} must be 0, or at least {least}."


class AmountTooLarge(DomainError):
    """An amount is too large."""

    kind, code = Kind.UNPROCESSABLE, "amount_too_large"
    message = "{parameter} must be at most {most}."


class PeriodMismatch(DomainError):
    """The amounts are not those of the periods that were named."""

    kind, code = Kind.UNPROCESSABLE, "period_mismatch"
    message = "The price has no amount for the billing period {name}, or one too many."
    parameter = "supported_billing_periods"


class PriceCreated(Event):
    """A price was made."""

    name = "price.created"


def check_amounts(amount: int | None, annual_monthly_amount: int | None) -> None:
    """Raises: InvalidInput, where both are missing; AmountInvalid; AmountTooLarge."""
    if amount is None and annual_monthly_amount is None:
        raise InvalidInput("amount", reason="a price needs an amount for a month or for a year")
    for name, each in (("amount", amount), ("annual_monthly_amount", annual_monthly_amount)):
        if each is None:
            continue
        if each != 0 and each < LEAST:
            raise AmountInvalid(name, least=LEAST)
        if each > MOST_A_MONTH:
            raise AmountTooLarge(name, most=MOST_A_MONTH)
