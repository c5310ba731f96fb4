"""Every SQL statement about phone numbers: those of every kind of identifier."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from charter.core.grants.model import Purpose
from charter.core.identifiers.kind import IdentifierKind
from charter.core.identifiers.rows import placed, settled
from charter.core.phone_numbers.model import PhoneNumber, PhoneNumberNotFound, PhoneNumberTaken
from charter.core.phone_numbers.tables import phone_numbers


def settled_with_factor(rows: Sequence[PhoneNumber], now: datetime) -> tuple[PhoneNumber, ...]:
    """The rows with a primary and, where there are second factors, one of them as the default."""
    rows = settled(rows, now)
    factors = [row for row in rows if row.is_second_factor]
    if not factors or any(row.is_default_second_factor for row in factors):
        return rows
    oldest = min(factors, key=lambda row: (row.created_at, row.id))
    chosen = dataclasses.replace(oldest, is_default_second_factor=True, updated_at=now)
    return placed(rows, chosen)


ROWS = IdentifierKind(
    phone_numbers,
    PhoneNumber,
    "number",
    purpose=Purpose.PHONE_CODE,
    missing=partial(PhoneNumberNotFound, "phone_number_id"),
    taken=PhoneNumberTaken,
    settle=settled_with_factor,
)
