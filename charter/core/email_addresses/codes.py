"""Proves e-mail addresses by codes."""

from charter.core import identifiers, proving
from charter.core.email_addresses import queries
from charter.core.email_addresses.model import (
    EmailAddress,
    EmailAddressNotFound,
    EmailAddressTaken,
)
from charter.core.grants.model import Purpose
from charter.core.messages.queueing import queue
from charter.core.verification import (
    Strategy,
    Verification,
    VerificationAlreadyVerified,
    VerificationNotFound,
)
from charter.core.vocabulary import Permission
from charter.kernel.operation import Context, operation


def proof_of(row: EmailAddress) -> proving.Proof:
    """What a code sent to this address proves."""
    return proving.Proof(Purpose.EMAIL_CODE, Strategy.EMAIL_CODE, row.id, row.address_key)


@operation(
    "email_addresses.prepare_verification",
    permission=Permission.USERS_MANAGE,
    raises=(EmailAddressNotFound,),
)
async def prepare_verification(ctx: Context, email_address_id: str) -> Verification:
    """Send a code of six digits to an e-mail address. It ends the one sent before.

    The code holds for ten minutes, for five tries, once.
    Raises: EmailAddressNotFound; TooManyCodes.
    Source: Clerk BAPI 2025-11-10, PrepareEmailAddressVerification.
    """
    await ctx.allow()
    user = await queries.lock_user_of(ctx.db, email_address_id)
    missing = EmailAddressNotFound("email_address_id")
    row = identifiers.get(user.email_addresses, email_address_id, missing)
    verification, code = await proving.send(ctx, proof_of(row))
    row = identifiers.awaiting(row, verification, ctx.now)
    rows = identifiers.placed(user.email_addresses, row)
    await queries.ROWS.save(ctx.db, user.email_addresses, rows)
    await queue(
        ctx,
        "verification_code",
        row.address,
        locale=user.locale,
        code=code,
        expires_in_minutes=int(proving.CODE_LIFETIME.total_seconds() // 60),
    )
    return verification


@operation(
    "email_addresses.attempt_verification",
    permission=Permission.USERS_MANAGE,
    raises=(
        EmailAddressNotFound,
        EmailAddressTaken,
        VerificationNotFound,
        VerificationAlreadyVerified,
    ),
)
async def attempt_verification(
    ctx: Context, email_address_id: str, verification_id: str, code: str
) -> Verification:
    """Try the code that was sent to an e-mail address; the right one verifies the address.

    A wrong, late or worn-out code is told by the status of the answer.
    Raises: EmailAddressNotFound; VerificationNotFound; VerificationAlreadyVerified, when the code
        was accepted before; EmailAddressTaken, when another user has proven the address meanwhile.
    Announces: UserUpdated, when the address becomes verified.
    Source: Clerk BAPI 2025-11-10, AttemptEmailAddressVerification.
    """
    await ctx.allow()
    reading = ctx.platform.database.reading(ctx.actor.instance_id)
    found = await queries.get_email_address(reading, email_address_id)
    verification = await proving.check(ctx, proof_of(found), verification_id, code)
    user = await queries.lock_user_of(ctx.db, email_address_id)
    missing = EmailAddressNotFound("email_address_id")
    row = identifiers.get(user.email_addresses, email_address_id, missing)
    after = identifiers.tried(row, verification, ctx.now)
    rows = identifiers.settled(identifiers.placed(user.email_addresses, after), ctx.now)
    await queries.ROWS.save(ctx.db, user.email_addresses, rows)
    if after.is_verified and not row.is_verified:
        await identifiers.announce_change(ctx, user)
    return verification
