"""Proves phone numbers by codes."""

from charter.core import proving
from charter.core.grants.model import Purpose
from charter.core.identifiers import codes
from charter.core.phone_numbers.countries import CountryBlocked
from charter.core.phone_numbers.model import (
    PhoneNumber,
    PhoneNumberNotFound,
    PhoneNumberTaken,
)
from charter.core.phone_numbers.queries import ROWS
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
    return proving.Proof(
        Purpose.PHONE_CODE, Strategy.PHONE_CODE, row.id, row.number, row.number, SMS
    )


@operation(
    "phone_numbers.prepare_verification",
    permission=Permission.USERS_MANAGE,
    raises=(CountryBlocked, PhoneNumberNotFound),
)
async def prepare_verification(ctx: Context, phone_number_id: str) -> Verification:
    """Send a code of six digits to a phone number. It ends the one sent before.

    The code holds for ten minutes, for five tries, once.
    Raises: PhoneNumberNotFound; TooManyCodes; CountryBlocked.
    Source: Clerk BAPI 2025-11-10, PreparePhoneNumberVerification.
    """
    await ctx.allow()
    return await codes.prepare(ctx, ROWS, proof_of, phone_number_id, "sms_verification_code")


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
    return await codes.attempt(
        ctx, ROWS, proof_of, phone_number_id, verification_id=verification_id, code=code
    )
