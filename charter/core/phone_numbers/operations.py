"""What can be done with phone numbers. All of it is up to an administrator.

Every change locks the user first, so that primaries, factors and last identifiers are judged in
order.
"""

import dataclasses

from charter.core.identifiers.rows import fresh, placed, promoted, put, vouched
from charter.core.phone_numbers.model import (
    NewSecondFactorNotVerified,
    PhoneNumber,
    PhoneNumberInvalid,
    PhoneNumberNotFound,
    PhoneNumberPatch,
    PhoneNumberTaken,
    SecondFactorNotVerified,
)
from charter.core.phone_numbers.normal_form import e164
from charter.core.phone_numbers.queries import ROWS
from charter.core.users.model import UserNotFound
from charter.core.users.queries import lock_user
from charter.core.verification import IdentifierNotVerified, LastIdentifier, ReplacementStatus
from charter.core.vocabulary import Permission
from charter.kernel.operation import Context, operation
from charter.kernel.patch import UNSET


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
    return await ROWS.get(ctx.db, phone_number_id)


@operation(
    "phone_numbers.create",
    permission=Permission.USERS_MANAGE,
    raises=(
        UserNotFound,
        PhoneNumberInvalid,
        PhoneNumberTaken,
        IdentifierNotVerified,
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
        reserved, or this one has it at all; IdentifierNotVerified, for a primary that is not
        verified; NewSecondFactorNotVerified.
    Announces: UserUpdated.
    Source: Clerk BAPI 2025-11-10, CreatePhoneNumber.
    """
    await ctx.allow()
    normal = e164(number, "number")
    if is_second_factor and not is_verified:
        raise NewSecondFactorNotVerified
    user = await lock_user(ctx.db, user_id)
    if await ROWS.is_held_by_another(ctx.db, normal, user_id):
        raise PhoneNumberTaken("number")
    row = dataclasses.replace(
        vouched(_new(ctx, user_id, normal), bool(is_verified), ctx.now),
        is_second_factor=bool(is_second_factor),
    )
    rows = (*user.phone_numbers, row)
    if is_primary:
        rows = promoted(rows, row, ctx.now)
    return ROWS.of(await ROWS.save(ctx, user, rows), row.id)


@operation(
    "phone_numbers.update",
    permission=Permission.USERS_MANAGE,
    raises=(PhoneNumberNotFound, PhoneNumberTaken, IdentifierNotVerified, SecondFactorNotVerified),
)
async def update(ctx: Context, phone_number_id: str, patch: PhoneNumberPatch) -> PhoneNumber:
    """Verify a number by word, withdraw that, or make it the primary one or a second factor.

    Raises: PhoneNumberNotFound; PhoneNumberTaken, when another user has proven it meanwhile;
        IdentifierNotVerified, when a primary one would not be verified; SecondFactorNotVerified.
    Announces: UserUpdated.
    Source: Clerk BAPI 2025-11-10, UpdatePhoneNumber.
    """
    await ctx.allow()
    user, row = await ROWS.lock(ctx.db, phone_number_id)
    ctx.expect(row.updated_at)
    row = vouched(row, patch.is_verified, ctx.now)
    if patch.is_second_factor not in (None, UNSET, row.is_second_factor):
        row = dataclasses.replace(
            row,
            is_second_factor=patch.is_second_factor is True,
            is_default_second_factor=False,
            updated_at=ctx.now,
        )
    if row.is_second_factor and not row.is_verified:
        raise SecondFactorNotVerified
    rows = placed(user.phone_numbers, row)
    if patch.is_primary:
        rows = promoted(rows, row, ctx.now)
    return ROWS.of(await ROWS.save(ctx, user, rows), row.id)


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
    return await ROWS.remove(ctx, phone_number_id)


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
        put(held or _new(ctx, user_id, normal), status, ctx.now),
        is_second_factor=False,
        is_default_second_factor=False,
    )
    return ROWS.of(await ROWS.save(ctx, user, (row,)), row.id)


def _new(ctx: Context, user_id: str, number: str) -> PhoneNumber:
    return PhoneNumber(
        number=number,
        is_second_factor=False,
        is_default_second_factor=False,
        **fresh(ctx, user_id),
    )
