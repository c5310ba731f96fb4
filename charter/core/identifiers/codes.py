"""Proves addresses and numbers by codes: what operations of both kinds do."""

from collections.abc import Callable

from charter.core import proving
from charter.core.identifiers.kind import IdentifierKind
from charter.core.identifiers.rows import Row, awaiting, placed, tried
from charter.core.keys.lookup import instance_of
from charter.core.messages.content import TEXT_MESSAGE
from charter.core.messages.queueing import queue
from charter.core.phone_numbers.countries import check_country
from charter.core.verification import Verification
from charter.kernel.operation import Context


async def prepare(
    ctx: Context,
    kind: IdentifierKind[Row],
    proof_of: Callable[[Row], proving.Proof],
    row_id: str,
    message: str,
) -> Verification:
    """Send a code to an address or number, in a message of this kind.

    Raises: what the kind raises for an id that is none; TooManyCodes; CountryBlocked.
    """
    instance = await instance_of(ctx)
    user, row = await kind.lock(ctx.db, row_id)
    proof = proof_of(row)
    if message.startswith(TEXT_MESSAGE):
        check_country(instance, proof.to)
    verification, code = await proving.send(ctx, proof)
    waiting = awaiting(row, verification, ctx.now)
    await kind.write(ctx, user, placed(kind.rows_of(user), waiting))
    await queue(
        ctx,
        message,
        proof.to,
        locale=user.locale,
        code=code,
        expires_in_minutes=int(proving.CODE_LIFETIME.total_seconds() // 60),
    )
    return verification


async def attempt(
    ctx: Context,
    kind: IdentifierKind[Row],
    proof_of: Callable[[Row], proving.Proof],
    row_id: str,
    *,
    verification_id: str,
    code: str,
) -> Verification:
    """Try a code; the right one verifies the row it was sent to.

    Raises: what the kind raises for an id that is none, or for a value that another user has
        proven meanwhile; VerificationNotFound; VerificationAlreadyVerified.
    Announces: UserUpdated, when the row becomes verified.
    """
    # Tries are counted on a connection of their own, so this one is not taken yet.
    reading = ctx.platform.database.reading(ctx.actor.instance_id)
    found = await kind.get(reading, row_id)
    verification = await proving.check(ctx, proof_of(found), verification_id, code)
    user, row = await kind.lock(ctx.db, row_id)
    after = tried(row, verification, ctx.now)
    rows = placed(kind.rows_of(user), after)
    if after.is_verified and not row.is_verified:
        await kind.save(ctx, user, rows)
    else:
        await kind.write(ctx, user, rows)
    return verification
