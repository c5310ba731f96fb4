"""What people do with addresses and numbers of their own; shared by both kinds."""

from collections.abc import Callable
from typing import NoReturn

from charter.core import proving
from charter.core.checks.codes import TEST_CODE, inbox_of, is_test_target
from charter.core.checks.model import (
    CheckDone,
    CheckExpired,
    CheckFailed,
    CheckNotPrepared,
    CodeIncorrect,
)
from charter.core.clients.browsers import find_own
from charter.core.grants import granting
from charter.core.grants.model import Purpose
from charter.core.grants.queries import find_newest, hold
from charter.core.identifiers.kind import IdentifierKind
from charter.core.identifiers.rows import Row, awaiting, placed, tried
from charter.core.instances.settings import Attribute
from charter.core.keys.lookup import instance_of
from charter.core.messages.content import TEXT_MESSAGE
from charter.core.messages.queueing import queue
from charter.core.phone_numbers.countries import CountryBlocked, check_country
from charter.core.proving import CODE_LIFETIME
from charter.core.users import queries as users
from charter.core.users.model import User
from charter.core.verification import (
    LastIdentifier,
    TooManyUnproven,
    Verification,
    VerificationAlreadyVerified,
    VerificationNotFound,
    VerificationStatus,
)
from charter.kernel.operation import Context

UNPROVEN_AT_MOST = 5
"""So many addresses, and so many numbers, may wait to be proven by one person."""

PROVING_ERRORS = (
    CheckDone,
    CheckExpired,
    CheckFailed,
    CheckNotPrepared,
    CodeIncorrect,
    CountryBlocked,
)
"""What proving one's own address or number by a code may raise."""


async def read(ctx: Context, kind: IdentifierKind[Row], row_id: str) -> tuple[User, Row]:
    """The acting user and a row of theirs, read before the transaction.

    Raises: what the kind raises for an id that is none, for another user's row too.
    """
    reading = ctx.platform.database.reading(ctx.actor.instance_id)
    user = await users.get_user(reading, ctx.user_id)
    return user, kind.of(user, row_id)


async def lock(ctx: Context, kind: IdentifierKind[Row], row_id: str) -> tuple[User, Row]:
    """The acting user, locked, and a row of theirs. Raises: as `read`."""
    user = await users.lock_user(ctx.db, ctx.user_id)
    return user, kind.of(user, row_id)


async def add(
    ctx: Context, kind: IdentifierKind[Row], value: str, make: Callable[[User], Row]
) -> Row:
    """Give the acting user another row, which is not proven yet.

    value: the form by which it is compared.
    Raises: what the kind raises for a value that somebody has; TooManyUnproven.
    Announces: UserUpdated.
    """
    user = await users.lock_user(ctx.db, ctx.user_id)
    if await kind.is_held_by_another(ctx.db, value, user.id):
        raise kind.taken(kind.taken.parameter)
    rows: list[Row] = list(kind.rows_of(user))
    if sum(not row.is_verified for row in rows) >= UNPROVEN_AT_MOST:
        raise TooManyUnproven(most=UNPROVEN_AT_MOST)
    row = make(user)
    rows.append(row)
    return kind.of(await kind.save(ctx, user, rows), row.id)


async def remove(
    ctx: Context, kind: IdentifierKind[Row], row_id: str, attribute: Attribute
) -> tuple[User, User, Row]:
    """Take a row from the acting user, unless the instance asks for one and it is the last.

    Returns: the user as they were and as they are, and the row.
    Raises: what the kind raises for an id that is none; LastIdentifier.
    Announces: UserUpdated.
    """
    user, row = await lock(ctx, kind, row_id)
    others = any(each.is_verified for each in kind.rows_of(user) if each.id != row.id)
    if attribute.is_required and row.is_verified and not others:
        raise LastIdentifier
    return user, await kind.take(ctx, user, row), row


async def send_code(
    ctx: Context,
    kind: IdentifierKind[Row],
    proof_of: Callable[[Row], proving.Proof],
    row_id: str,
    message: str,
) -> Row:
    """Send a code to a row of the acting user; it ends the one sent before.

    The browser that asks is the one that may try it.
    Returns: the row, which waits for it.
    Raises: what the kind raises for an id that is none; CheckDone; TooManyCodes; CountryBlocked.
    """
    instance, client = await instance_of(ctx), await find_own(ctx)
    user, row = await lock(ctx, kind, row_id)
    if row.is_verified:
        raise CheckDone("strategy")
    proof = proof_of(row)
    if message.startswith(TEXT_MESSAGE):
        check_country(instance, proof.to)
    is_test = instance.has_test_mode and is_test_target(proof.to)
    if not is_test:
        await count_sent(ctx, proof.to)
    verification, code = await proving.send(
        ctx,
        proof,
        code=TEST_CODE if is_test else None,
        client_id=client.id if client is not None else None,
    )
    waiting = awaiting(row, verification, ctx.now)
    await kind.write(ctx, user, placed(kind.rows_of(user), waiting))
    if not is_test:
        await queue(
            ctx,
            message,
            proof.to,
            locale=user.locale,
            code=code,
            expires_in_minutes=int(CODE_LIFETIME.total_seconds() // 60),
        )
    return waiting


async def count_sent(ctx: Context, to: str) -> None:
    """Count what is sent to one inbox: a row made anew must not begin at zero.

    to: where it is sent.
    Raises: TooManyCodes.
    """
    inbox = inbox_of(ctx, to)
    await hold(ctx.db, inbox)
    await proving.check_rate(ctx, Purpose.CHECK_CODE, inbox)
    await granting.issue(
        ctx, Purpose.CHECK_CODE, inbox, expires_at=ctx.now + CODE_LIFETIME, max_uses=0
    )


async def try_code(
    ctx: Context,
    kind: IdentifierKind[Row],
    proof_of: Callable[[Row], proving.Proof],
    row_id: str,
    code: str,
) -> tuple[User, User, Row]:
    """Prove a row of the acting user by the code that was sent to it.

    The try counts whatever becomes of the operation; call it before any statement.
    Returns: the user as they were and as they are, and the row.
    Raises: what the kind raises for an id that is none, or for a value that another user has
        proven meanwhile; PROVING_ERRORS.
    Announces: UserUpdated.
    """
    _user, found = await read(ctx, kind, row_id)
    if found.is_verified:
        raise CheckDone("code")
    verification = await _judged(ctx, kind, proof_of(found), code)
    user, row = await lock(ctx, kind, row_id)
    after = tried(row, verification, ctx.now)
    now = await kind.save(ctx, user, placed(kind.rows_of(user), after))
    return user, now, kind.of(now, row_id)


async def _judged(
    ctx: Context, kind: IdentifierKind[Row], proof: proving.Proof, code: str
) -> Verification:
    """The right code's verification. Raises: PROVING_ERRORS."""
    reading, client = ctx.platform.database.reading(ctx.actor.instance_id), await find_own(ctx)
    client_id = client.id if client is not None else None
    grant = await find_newest(reading, kind.purpose, proof.subject_id, client_id)
    if grant is None:
        raise CheckNotPrepared("code")
    try:
        verification = await proving.check(ctx, proof, grant.id, code, client_id=client_id)
    except VerificationNotFound as gone:
        raise CheckNotPrepared("code") from gone
    except VerificationAlreadyVerified as spent:
        raise CheckDone("code") from spent
    if verification.status is not VerificationStatus.VERIFIED:
        _refuse(verification.status)
    return verification


def _refuse(status: VerificationStatus) -> NoReturn:
    if status is VerificationStatus.EXPIRED:
        raise CheckExpired("code")
    if status is VerificationStatus.FAILED:
        raise CheckFailed("code")
    raise CodeIncorrect("code")
