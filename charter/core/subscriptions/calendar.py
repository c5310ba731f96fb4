"""Periods: months and years counted from a day, and how much of one has passed."""

import calendar
from dataclasses import dataclass
from datetime import datetime, timedelta

from charter.core.prices.model import MONTHS_OF_YEAR, PlanPeriod

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Days:
    """The days of a period: all, and those that are left, the one that runs among them."""

    left: int
    total: int


def period(anchor: datetime, plan_period: PlanPeriod, cycle: int) -> tuple[datetime, datetime]:
    """The beginning and end of a period, the first after the anchor with cycle 0.

    Each begins where the one before ends. A day that a month lacks is its last one, and comes
    back in the months that have it.
    """
    months = 1 if plan_period is PlanPeriod.MONTH else MONTHS_OF_YEAR
    return _after(anchor, months * cycle), _after(anchor, months * (cycle + 1))


def days(start: datetime, end: datetime, now: datetime) -> Days:
    """How many whole days of a period are left at a moment within it, or outside."""
    total = max(1, (end - start) // DAY)
    passed = min(total, max(0, (now - start) // DAY))
    return Days(total - passed, total)


def _after(anchor: datetime, months: int) -> datetime:
    years, month = divmod(anchor.month - 1 + months, 12)
    year, month = anchor.year + years, month + 1
    last = calendar.monthrange(year, month)[1]
    return anchor.replace(year=year, month=month, day=min(anchor.day, last))
