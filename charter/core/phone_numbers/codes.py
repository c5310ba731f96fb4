"""Proves phone numbers by codes."""

from charter.core import identifiers, proving
from charter.core.grants.model import Purpose
from charter.core.messages.queueing import queue
from charter.core.phone_numbers import queries
from charter.core.phone_numbers.model import (
    PhoneNumber,
    PhoneNumberNotFound,
    PhoneNumberTaken,
)
from charter.core.verification import (
    Strategy,
    Verification,
    VerificationAlreadyVerified,
    VerificationNotFound,
)
from charter.core.vocabulary import Permission
from charter.kernel.operation import Context, operation

SMS = "sms"


def proof_of(row: PhoneNumber) -> proving.Proof:
    """What a code sent to this number proves."""
    return proving.Proof(Purpose.PHONE_CODE, Strategy.PHONE_CODE, row.id, row.number, SMS)


@operation(
    "phone_numbers.prepare_verification",
    permission=Permission.USERS_MANAGE,
    raises=(PhoneNumberNotFound,),
)
async def prepare_verification(ctx: Context, phone_number_id: str) -> Verification:
    """Send a code of six digits to a phone number. It ends the one sent before.

    The code holds for ten minutes, for five tries, once.
    Raises: PhoneNumberNotFound; TooManyCodes.
    Source: Clerk BAPI 2025-11-10, PreparePhoneNumberVerification.
    """
    await ctx.allow()
    user = await queries.lock_user_of(ctx.db, phone_number_id)
    missing = PhoneNumberNotFound("phone_number_id")
    row = identifiers.get(user.phone_numbers, phone_number_id, missing)
    verification, code = await proving.send(ctx, proof_of(row))
    row = identifiers.awaiting(row, verification, ctx.now)
    rows = identifiers.placed(user.phone_numbers, row)
    await queries.ROWS.save(ctx.db, user.phone_numbers, rows)
    await queue(
        ctx,
        "sms_verification_code",
        row.number,
        locale=user.locale,
        code=code,
        expires_in_minutes=int(proving.CODE_LIFETIME.total_seconds() // 60),
    )
    return verification


@operation(
    "phone_numbers.attempt_verification",
    permission=Permission.USERS_MANAGE,
    raises=(
        PhoneNumberNotFound,
        PhoneNumberTaken,
        VerificationNotFound,
        VerificationAlreadyVerified,
    ),
)
async def attempt_verification(
    ctx: Context, phone_number_id: str, verification_id: str, code: str
) -> Verification:
    """Try the code that was sent to a phone number; the right one verifies the number.

    A wrong, late or worn-out code is told by the status of the answer.
    Raises: PhoneNumberNotFound; VerificationNotFound; VerificationAlreadyVerified, when the code
        was accepted before; PhoneNumberTaken, when another user has proven the number meanwhile.
    Announces: UserUpdated, when the number becomes verified.
    Source: Clerk BAPI 2025-11-10, AttemptPhoneNumberVerification.
    """
    await ctx.allow()
    reading = ctx.platform.database.reading(ctx.actor.instance_id)
    found = await queries.get_phone_number(reading, phone_number_id)
    verification = await proving.check(ctx, proof_of(found), verification_id, code)
    user = await queries.lock_user_of(ctx.db, phone_number_id)
    missing = PhoneNumberNotFound("phone_number_id")
    row = identifiers.get(user.phone_numbers, phone_number_id, missing)
    after = identifiers.tried(row, verification, ctx.now)
    rows = identifiers.settled(identifiers.placed(user.phone_numbers, after), ctx.now)
    await queries.ROWS.save(ctx.db, user.phone_numbers, rows)
    if after.is_verified and not row.is_verified:
        await identifiers.announce_change(ctx, user)
    return verification
