"""What both kinds of invitation agree on: how long they hold, and how their status is read."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, case

from charter.core.invitations.model import DEFAULT_DAYS, MOST_AT_ONCE, MOST_DAYS
from charter.core.statements import NOW, word
from charter.kernel.errors import InvalidInput
from charter.kernel.filters.tree import Apply, Name, Node, Op, Place, Value


def expiry(now: datetime, days: int | None) -> datetime:
    """When an invitation of so many days ends. Raises: InvalidInput."""
    chosen = DEFAULT_DAYS if days is None else days
    if not 1 <= chosen <= MOST_DAYS:
        raise InvalidInput("expires_in_days", reason=f"it must be from 1 to {MOST_DAYS}")
    return now + timedelta(days=chosen)


def check_number(invitations: Sequence[object]) -> None:
    """Refuse to invite nobody, or too many at once. Raises: InvalidInput."""
    if not 1 <= len(invitations) <= MOST_AT_ONCE:
        raise InvalidInput("invitations", reason=f"it must hold 1 to {MOST_AT_ONCE}")


def status_of(table: Any) -> ColumnElement[Any]:
    """The status of a row at the moment NOW."""
    is_over = and_(table.c.status == word("pending"), table.c.expires_at <= NOW)
    return case((is_over, word("expired")), else_=table.c.status)


def with_status(*statuses: StrEnum) -> Node | None:
    """The condition that a list's field `status` is one of these; None for none."""
    if not statuses:
        return None
    at = Place("status")
    return Apply(Op.IN, (Name("status", at), *(Value(each, at) for each in statuses)), at)
