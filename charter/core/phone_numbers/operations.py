"""What can be done with phone numbers. All of it is up to an administrator.

Every change locks the user first, so that primaries, factors and last identifiers are judged in
order.
"""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from charter.core import identifiers
from charter.core.grants import granting
from charter.core.grants.model import Purpose
from charter.core.phone_numbers import queries
from charter.core.phone_numbers.model import (
    NewSecondFactorNotVerified,
    PhoneNumber,
    PhoneNumberInvalid,
    PhoneNumberNotFound,
    PhoneNumberTaken,
    SecondFactorNotVerified,
)
from charter.core.phone_numbers.normal_form import e164
from charter.core.users.model import User, UserNotFound
from charter.core.users.queries import lock_user
from charter.core.verification import LastIdentifier, NotVerified, ReplacementStatus, Strategy
from charter.core.vocabulary import Permission
from charter.kernel.operation import Context, operation
from charter.kernel.patch import UNSET, Unset


@dataclass(frozen=True, slots=True)
class PhoneNumberChanges:
    """What an administrator may change of a number; None changes nothing."""

    is_verified: bool | Unset | None = UNSET
    is_primary: bool | Unset | None = UNSET
    is_second_factor: bool | Unset | None = UNSET


@operation(
    "phone_numbers.get",
    permission=Permission.USERS_READ,
    raises=(PhoneNumberNotFound,),
    writes=False,
)
async def get(ctx: Context, phone_number_id: str) -> PhoneNumber:
    """Read one phone number.

    Raises: PhoneNumberNotFound.
    Source: Clerk BAPI 2025-11-10, GetPhoneNumber.
    """
    await ctx.allow()
    return await queries.get_phone_number(ctx.db, phone_number_id)


@operation(
    "phone_numbers.create",
    permission=Permission.USERS_MANAGE,
    raises=(
        UserNotFound,
        PhoneNumberInvalid,
        PhoneNumberTaken,
        NotVerified,
        NewSecondFactorNotVerified,
    ),
)
async def create(
    ctx: Context,
    user_id: str,
    number: str,
    *,
    is_verified: bool | None = None,
    is_primary: bool | None = None,
    is_second_factor: bool | None = None,
) -> PhoneNumber:
    """Give a user another phone number. The first verified one becomes primary by itself.

    number: in international form; kept in E.164.
    is_second_factor: the first of a user's second factors is their default.
    Raises: UserNotFound; PhoneNumberInvalid; PhoneNumberTaken, when another user has it proven or
        reserved, or this one has it at all; NotVerified, for a primary that is not verified;
        NewSecondFactorNotVerified.
    Announces: UserUpdated.
    Source: Clerk BAPI 2025-11-10, CreatePhoneNumber.
    """
    await ctx.allow()
    normal = e164(number, "number")
    if is_second_factor and not is_verified:
        raise NewSecondFactorNotVerified
    user = await lock_user(ctx.db, user_id)
    if await queries.is_held_by_another(ctx.db, normal, user_id):
        raise PhoneNumberTaken("number")
    row = dataclasses.replace(_new(ctx, user_id, normal), is_second_factor=bool(is_second_factor))
    if is_verified:
        row = identifiers.proven(row, Strategy.ADMIN, ctx.now)
    rows = (*user.phone_numbers, row)
    if is_primary:
        rows = _with_primary(ctx, rows, row)
    return _of(await _save(ctx, user, rows), row.id)


@operation(
    "phone_numbers.update",
    permission=Permission.USERS_MANAGE,
    raises=(PhoneNumberNotFound, PhoneNumberTaken, NotVerified, SecondFactorNotVerified),
)
async def update(ctx: Context, phone_number_id: str, changes: PhoneNumberChanges) -> PhoneNumber:
    """Verify a number by word, withdraw that, or make it the primary one or a second factor.

    Raises: PhoneNumberNotFound; PhoneNumberTaken, when another user has proven it meanwhile;
        NotVerified, when a primary one would not be verified; SecondFactorNotVerified.
    Announces: UserUpdated.
    Source: Clerk BAPI 2025-11-10, UpdatePhoneNumber.
    """
    await ctx.allow()
    user = await queries.lock_user_of(ctx.db, phone_number_id)
    row = _of(user, phone_number_id)
    ctx.expect(row.updated_at)
    if changes.is_verified and not row.is_verified:
        row = identifiers.proven(row, Strategy.ADMIN, ctx.now)
    if changes.is_verified is False and row.is_verified:
        if row.is_primary:
            raise NotVerified("is_verified")
        row = identifiers.unproven(row, ctx.now)
    if changes.is_second_factor not in (None, UNSET, row.is_second_factor):
        row = dataclasses.replace(
            row,
            is_second_factor=changes.is_second_factor is True,
            is_default_second_factor=False,
            updated_at=ctx.now,
        )
    if row.is_second_factor and not row.is_verified:
        raise SecondFactorNotVerified
    rows = identifiers.placed(user.phone_numbers, row)
    if changes.is_primary:
        rows = _with_primary(ctx, rows, row)
    return _of(await _save(ctx, user, rows), row.id)


@operation(
    "phone_numbers.delete",
    permission=Permission.USERS_MANAGE,
    raises=(PhoneNumberNotFound, LastIdentifier),
)
async def delete(ctx: Context, phone_number_id: str) -> PhoneNumber:
    """Take a phone number from its user. The oldest verified one left becomes primary.

    Of second factors that remain the oldest becomes the default.
    Returns: the number as it was.
    Raises: PhoneNumberNotFound; LastIdentifier, when the user could not sign in any more.
    Announces: UserUpdated.
    Source: Clerk BAPI 2025-11-10, DeletePhoneNumber.
    """
    await ctx.allow()
    user = await queries.lock_user_of(ctx.db, phone_number_id)
    row = _of(user, phone_number_id)
    identifiers.check_not_last(user, row)
    await _save(ctx, user, tuple(each for each in user.phone_numbers if each.id != row.id))
    return row


@operation(
    "phone_numbers.replace",
    permission=Permission.USERS_MANAGE,
    raises=(UserNotFound, PhoneNumberInvalid, PhoneNumberTaken),
)
async def replace(
    ctx: Context,
    user_id: str,
    number: str,
    *,
    status: ReplacementStatus = ReplacementStatus.VERIFIED,
) -> PhoneNumber:
    """Put one primary phone number in the place of all that a user has.

    It is no second factor. A number that the user has already keeps its row.
    Raises: UserNotFound; PhoneNumberInvalid; PhoneNumberTaken, when another user has it.
    Announces: UserUpdated.
    Source: Clerk BAPI 2025-11-10, ReplaceUserPhoneNumber.
    """
    await ctx.allow()
    normal = e164(number, "number")
    user = await lock_user(ctx.db, user_id)
    held = next((row for row in user.phone_numbers if row.number == normal), None)
    row = dataclasses.replace(
        identifiers.put(held or _new(ctx, user_id, normal), status, ctx.now),
        is_second_factor=False,
        is_default_second_factor=False,
    )
    return _of(await _save(ctx, user, (row,)), row.id)


def _new(ctx: Context, user_id: str, number: str) -> PhoneNumber:
    return PhoneNumber(
        id=ctx.new_id("idn_"),
        user_id=user_id,
        number=number,
        is_primary=False,
        is_reserved=False,
        is_second_factor=False,
        is_default_second_factor=False,
        verification_status=None,
        verification_strategy=None,
        verification_attempts=None,
        verification_expires_at=None,
        created_at=ctx.now,
        updated_at=ctx.now,
    )


def _of(user: User, phone_number_id: str) -> PhoneNumber:
    """The number. Raises: PhoneNumberNotFound, when it was deleted before the user was locked."""
    missing = PhoneNumberNotFound("phone_number_id")
    return identifiers.get(user.phone_numbers, phone_number_id, missing)


def _with_primary(
    ctx: Context, rows: tuple[PhoneNumber, ...], row: PhoneNumber
) -> tuple[PhoneNumber, ...]:
    if not row.is_verified and not row.is_primary:
        raise NotVerified
    return identifiers.chosen(rows, row.id, ctx.now)


async def _save(ctx: Context, user: User, rows: Sequence[PhoneNumber]) -> User:
    """Write the rows and give the user as they are then."""
    for gone in user.phone_numbers:
        if identifiers.find(rows, gone.id) is None:
            # A code on its way to a number that is gone proves nothing any more.
            await granting.revoke(ctx, Purpose.PHONE_CODE, gone.id)
    rows = _with_default_factor(identifiers.settled(rows, ctx.now), ctx.now)
    await queries.ROWS.save(ctx.db, user.phone_numbers, rows)
    return await identifiers.announce_change(ctx, user, rows)


def _with_default_factor(rows: tuple[PhoneNumber, ...], now: datetime) -> tuple[PhoneNumber, ...]:
    """The rows with a default second factor: where none is, the oldest of them becomes it."""
    factors = [row for row in rows if row.is_second_factor]
    if not factors or any(row.is_default_second_factor for row in factors):
        return rows
    oldest = min(factors, key=lambda row: (row.created_at, row.id))
    return identifiers.placed(
        rows, dataclasses.replace(oldest, is_default_second_factor=True, updated_at=now)
    )
