"""The rules of a user's addresses and numbers, over their rows as they are to be."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from charter.core.email_addresses.model import EmailAddress
from charter.core.phone_numbers.model import PhoneNumber
from charter.core.verification import (
    IdentifierNotVerified,
    ReplacementStatus,
    Strategy,
    Verification,
    VerificationStatus,
)
from charter.kernel.errors import DomainError
from charter.kernel.operation import Context
from charter.kernel.patch import Unset

Row = TypeVar("Row", EmailAddress, PhoneNumber)


def fresh(ctx: Context, user_id: str) -> dict[str, Any]:
    """What a new row has in common with every other: nothing is proven yet."""
    return {
        "id": ctx.new_id("idn_"),
        "user_id": user_id,
        "is_primary": False,
        "is_reserved": False,
        "verification_status": None,
        "verification_strategy": None,
        "verification_attempts": None,
        "verification_expires_at": None,
        "created_at": ctx.now,
        "updated_at": ctx.now,
    }


def placed(rows: Sequence[Row], row: Row) -> tuple[Row, ...]:
    """The rows with this one in the place of the one with its id."""
    return tuple([row if each.id == row.id else each for each in rows])


def chosen(rows: Sequence[Row], row_id: str, now: datetime) -> tuple[Row, ...]:
    """The rows with this one as the primary."""
    return tuple(
        each
        if each.is_primary == (each.id == row_id)
        else dataclasses.replace(each, is_primary=each.id == row_id, updated_at=now)
        for each in rows
    )


def settled(rows: Sequence[Row], now: datetime) -> tuple[Row, ...]:
    """The rows with a primary: where none is, the oldest verified one becomes it."""
    verified = [row for row in rows if row.is_verified]
    if not verified or any(row.is_primary for row in rows):
        return tuple(rows)
    return chosen(rows, min(verified, key=lambda row: (row.created_at, row.id)).id, now)


def proven(row: Row, strategy: Strategy, now: datetime) -> Row:
    """The row, proven; a reservation has served its purpose then."""
    return dataclasses.replace(
        row,
        is_reserved=False,
        verification_status=VerificationStatus.VERIFIED,
        verification_strategy=strategy,
        verification_attempts=None,
        # When the code would have expired stays told: existing clients demand it.
        verification_expires_at=None if strategy is Strategy.ADMIN else row.verification_expires_at,
        updated_at=now,
    )


def unproven(row: Row, now: datetime) -> Row:
    """The row without its proof."""
    return dataclasses.replace(
        row,
        verification_status=None,
        verification_strategy=None,
        verification_attempts=None,
        verification_expires_at=None,
        updated_at=now,
    )


def awaiting(row: Row, verification: Verification, now: datetime) -> Row:
    """The row with the code that was sent to it; a verified one stays as it is."""
    if row.is_verified:
        return row
    return dataclasses.replace(
        row,
        verification_status=verification.status,
        verification_strategy=verification.strategy,
        verification_attempts=verification.attempts,
        verification_expires_at=verification.expires_at,
        updated_at=now,
    )


def tried(row: Row, verification: Verification, now: datetime) -> Row:
    """The row after a try of a code: proven by the right one, else with the newest code's state."""
    if row.is_verified:
        return row
    if verification.status is VerificationStatus.VERIFIED:
        return proven(row, verification.strategy, now)
    is_newest = row.verification_expires_at == verification.expires_at
    return awaiting(row, verification, now) if is_newest else row


def put(row: Row, status: ReplacementStatus, now: datetime) -> Row:
    """The row as an administrator puts it in the place of all others."""
    if status is ReplacementStatus.VERIFIED:
        return dataclasses.replace(proven(row, Strategy.ADMIN, now), is_primary=True)
    is_reserved = status is ReplacementStatus.RESERVED
    return dataclasses.replace(unproven(row, now), is_primary=True, is_reserved=is_reserved)


def vouched(row: Row, is_verified: bool | Unset | None, now: datetime) -> Row:
    """The row as an administrator vouches for it, or does no longer; None and UNSET say nothing.

    Raises: IdentifierNotVerified, for a primary that would not be verified any more.
    """
    if is_verified is True and not row.is_verified:
        return proven(row, Strategy.ADMIN, now)
    if is_verified is False and row.is_verified:
        if row.is_primary:
            raise IdentifierNotVerified("is_verified")
        return unproven(row, now)
    return row


def promoted(rows: Sequence[Row], row: Row, now: datetime) -> tuple[Row, ...]:
    """The rows with this one as the primary. Raises: IdentifierNotVerified."""
    if not row.is_verified and not row.is_primary:
        raise IdentifierNotVerified
    return chosen(rows, row.id, now)


def get(rows: Sequence[Row], row_id: str, missing: DomainError) -> Row:
    """The row with this id. Raises: `missing`, when there is none."""
    row = next((row for row in rows if row.id == row_id), None)
    if row is None:
        raise missing
    return row
