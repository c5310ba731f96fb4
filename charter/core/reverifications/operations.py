"""What can be done to show anew who is at a session, by the browser that holds it."""

from charter.core.checks.model import CHECK_ERRORS, StrategyNotAllowed
from charter.core.email_addresses.model import EmailAddressNotFound
from charter.core.passkeys.model import CEREMONY_ERRORS
from charter.core.passwords.model import UserLocked
from charter.core.passwords.trying import TRYING_ERRORS
from charter.core.phone_numbers.countries import CountryBlocked
from charter.core.phone_numbers.model import PhoneNumberNotFound
from charter.core.reverifications import flow, queries
from charter.core.reverifications.model import (
    LIFETIME,
    Level,
    Reverification,
    ReverificationMissing,
    ReverificationNotWaiting,
    ReverificationProgress,
    ReverificationStatus,
)
from charter.core.sessions.model import SessionNotHere
from charter.core.sign_ins.model import Answer, Preparation
from charter.core.sign_ins.ways import table
from charter.core.verification import TooManyCodes
from charter.core.vocabulary import Permission
from charter.kernel.operation import Context, operation

STEP_ERRORS = (
    *CEREMONY_ERRORS,
    *CHECK_ERRORS,
    *TRYING_ERRORS,
    CountryBlocked,
    EmailAddressNotFound,
    PhoneNumberNotFound,
    ReverificationMissing,
    ReverificationNotWaiting,
    SessionNotHere,
    TooManyCodes,
)
"""What a step may raise, whatever the strategy."""
SECOND_STATUS = ReverificationStatus.NEEDS_SECOND_FACTOR
FIRST_STATUS = ReverificationStatus.NEEDS_FIRST_FACTOR


@operation(
    "reverifications.start", permission=Permission.PUBLIC, raises=(SessionNotHere, UserLocked)
)
async def start(ctx: Context, session_id: str, level: Level) -> ReverificationProgress:
    """Ask the person at a session of this browser to show anew who they are.

    Who has no second factor is asked for the first, whatever the level.
    Returns: the reverification, in place of the one that ran, with the ways that are open.
    Raises: UserLocked; SessionNotHere, for a session that is not this browser's or has ended.
    Source: Clerk FAPI 2026-05-12, startSessionReverification.
    """
    await ctx.allow()
    place = await flow.place_of(ctx, session_id)
    if not place.second:
        level = Level.FIRST_FACTOR
    row = Reverification(
        id=ctx.new_id("rev_"),
        session_id=session_id,
        level=level,
        status=SECOND_STATUS if level is Level.SECOND_FACTOR else FIRST_STATUS,
        first_check=None,
        second_check=None,
        expires_at=ctx.now + LIFETIME,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    # Of two at once the second one waits, and takes the place of the first.
    await flow.lock_client(ctx, place)
    await queries.replace_reverification(ctx.db, row)
    return flow.seen(place, row)


@operation("reverifications.prepare_first_factor", permission=Permission.PUBLIC, raises=STEP_ERRORS)
async def prepare_first_factor(
    ctx: Context, session_id: str, given: Preparation
) -> ReverificationProgress:
    """Have a code sent or a challenge made.

    Raises: STEP_ERRORS.
    Source: Clerk FAPI 2026-05-12, prepareSessionReverificationFirstFactor.
    """
    await ctx.allow()
    return await _prepared(ctx, session_id, given, is_second=False)


@operation(
    "reverifications.prepare_second_factor", permission=Permission.PUBLIC, raises=STEP_ERRORS
)
async def prepare_second_factor(
    ctx: Context, session_id: str, given: Preparation
) -> ReverificationProgress:
    """Have a code sent for the second factor.

    Raises: STEP_ERRORS.
    Source: Clerk FAPI 2026-05-12, prepareSessionReverificationSecondFactor.
    """
    await ctx.allow()
    return await _prepared(ctx, session_id, given, is_second=True)


@operation("reverifications.attempt_first_factor", permission=Permission.PUBLIC, raises=STEP_ERRORS)
async def attempt_first_factor(
    ctx: Context, session_id: str, given: Answer
) -> ReverificationProgress:
    """Show the first factor anew. A passkey stands for both.

    Raises: STEP_ERRORS.
    Announces: SessionReverified.
    Source: Clerk FAPI 2026-05-12, attemptSessionReverificationFirstFactor.
    """
    await ctx.allow()
    return await _attempted(ctx, session_id, given, is_second=False)


@operation(
    "reverifications.attempt_second_factor", permission=Permission.PUBLIC, raises=STEP_ERRORS
)
async def attempt_second_factor(
    ctx: Context, session_id: str, given: Answer
) -> ReverificationProgress:
    """Show the second factor anew.

    Raises: STEP_ERRORS.
    Announces: SessionReverified.
    Source: Clerk FAPI 2026-05-12, attemptSessionReverificationSecondFactor.
    """
    await ctx.allow()
    return await _attempted(ctx, session_id, given, is_second=True)


async def _prepared(
    ctx: Context, session_id: str, given: Preparation, *, is_second: bool
) -> ReverificationProgress:
    place = await flow.place_of(ctx, session_id)
    row, entry = await flow.running(ctx, place, SECOND_STATUS if is_second else FIRST_STATUS)
    _check_offered(place, given.strategy, is_second=is_second)
    way = table.of(table.SECOND if is_second else table.FIRST, given.strategy)
    await flow.locked(ctx, place, row)
    if way.prepare is None:
        return flow.seen(place, row)
    row = row.checked(await way.prepare(ctx, entry, given), ctx.now, is_second=is_second)
    await queries.update_reverification(ctx.db, row)
    return flow.seen(place, row)


async def _attempted(
    ctx: Context, session_id: str, given: Answer, *, is_second: bool
) -> ReverificationProgress:
    place = await flow.place_of(ctx, session_id)
    row, entry = await flow.running(ctx, place, SECOND_STATUS if is_second else FIRST_STATUS)
    _check_offered(place, given.strategy, is_second=is_second)
    way = table.of(table.SECOND if is_second else table.FIRST, given.strategy)
    if way.attempt is None:
        raise StrategyNotAllowed
    proof = await way.attempt(ctx, entry, given)
    if proof.user_id not in {None, place.user.id}:
        raise SessionNotHere("session_id")
    return await flow.passed(ctx, place, row, proof, is_second=is_second)


def _check_offered(place: flow.Place, strategy: str, *, is_second: bool) -> None:
    offers = place.second if is_second else place.first
    if not any(offer.strategy == strategy for offer in offers):
        raise StrategyNotAllowed
