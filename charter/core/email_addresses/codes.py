"""Proves email addresses by codes."""

from charter.core import proving
from charter.core.email_addresses.model import (
    EmailAddress,
    EmailAddressNotFound,
    EmailAddressTaken,
)
from charter.core.email_addresses.queries import ROWS
from charter.core.grants.model import Purpose
from charter.core.identifiers import codes
from charter.core.verification import (
    Strategy,
    Verification,
    VerificationAlreadyVerified,
    VerificationNotFound,
)
from charter.core.vocabulary import Permission
from charter.kernel.operation import Context, operation

ATTEMPTING_ERRORS = (
    EmailAddressNotFound,
    EmailAddressTaken,
    VerificationAlreadyVerified,
    VerificationNotFound,
)
"""What trying a code of an address may raise."""


def proof_of(row: EmailAddress) -> proving.Proof:
    """What a code sent to this address proves."""
    return proving.Proof(
        Purpose.EMAIL_CODE, Strategy.EMAIL_CODE, row.id, row.address_key, row.address
    )


@operation(
    "email_addresses.prepare_verification",
    permission=Permission.USERS_MANAGE,
    raises=(EmailAddressNotFound,),
)
async def prepare_verification(ctx: Context, email_address_id: str) -> Verification:
    """Send a code of six digits to an email address. It ends the one sent before.

    The code holds for ten minutes, for five tries, once.
    Raises: EmailAddressNotFound; TooManyCodes.
    Source: Clerk BAPI 2025-11-10, PrepareEmailAddressVerification.
    """
    await ctx.allow()
    return await codes.prepare(ctx, ROWS, proof_of, email_address_id, "verification_code")


@operation(
    "email_addresses.attempt_verification",
    permission=Permission.USERS_MANAGE,
    raises=ATTEMPTING_ERRORS,
)
async def attempt_verification(
    ctx: Context, email_address_id: str, verification_id: str, code: str
) -> Verification:
    """Try the code that was sent to an email address; the right one verifies the address.

    A wrong, late or worn-out code is told by the status of the answer.
    Raises: EmailAddressNotFound; VerificationNotFound; VerificationAlreadyVerified, when the code
        was accepted before; EmailAddressTaken, when another user has proven the address meanwhile.
    Announces: UserUpdated, when the address becomes verified.
    Source: Clerk BAPI 2025-11-10, AttemptEmailAddressVerification.
    """
    await ctx.allow()
    return await codes.attempt(
        ctx, ROWS, proof_of, email_address_id, verification_id=verification_id, code=code
    )
