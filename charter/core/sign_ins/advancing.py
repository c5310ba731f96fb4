"""Decides what a sign-in waits for next, and begins its session when nothing is left.

The states and what leads from one to the next:

needs_identifier    an identifier           -> needs_first_factor
                    a factor that names one -> as after needs_first_factor
needs_first_factor  the factor is proven    -> needs_new_password, when it was the way to one
                                            -> needs_second_factor, when the person has one
                                            -> needs_client_trust, on a device never seen before
                                            -> complete
needs_new_password  it is set               -> needs_second_factor or complete
needs_second_factor, needs_client_trust     -> needs_new_password, when the old one is known
                                            -> complete
"""

from dataclasses import replace
from datetime import timedelta

from charter.core.checks.model import StrategyNotAllowed
from charter.core.clients.browsers import Held, own, renewed
from charter.core.instances.model import Instance
from charter.core.passkeys.model import STRATEGY as PASSKEY
from charter.core.passwords import queries as password_queries
from charter.core.passwords.locking import is_locked_by_somebody
from charter.core.passwords.model import UserLocked
from charter.core.sessions import queries as session_queries
from charter.core.sessions.beginning import new_session
from charter.core.sessions.model import SessionCreated, UserBanned
from charter.core.sessions.replacing import replace_sessions
from charter.core.sign_ins import queries, strangers, trusting
from charter.core.sign_ins.grounds import check_grounds, check_identifier, check_second, is_second
from charter.core.sign_ins.model import (
    AlreadySignedIn,
    Entry,
    Offer,
    Passed,
    Progress,
    SessionExists,
    SignIn,
    SignInNotFound,
    SignInNotWaiting,
    SignInStatus,
    SignInView,
)
from charter.core.sign_ins.ways import table
from charter.core.sign_ins.ways.codes import RESETS
from charter.core.sign_ins.ways.way import Way
from charter.core.sign_ups.admitting import IdentifierNotAllowed, check_sign_in
from charter.core.users import queries as user_queries
from charter.core.users.model import User
from charter.kernel.operation import Context

RESET_LIFETIME = timedelta(hours=1)
"""How long the proof is good for a new password."""
STAND_FOR_BOTH = frozenset({PASSKEY})
"""First factors that prove two things at once: a device, and its owner there."""

NEED_MORE = frozenset({SignInStatus.NEEDS_SECOND_FACTOR, SignInStatus.NEEDS_CLIENT_TRUST})
"""What a sign-in waits in for more than its first factor."""

ADVANCING_ERRORS = (
    AlreadySignedIn,
    IdentifierNotAllowed,
    SessionExists,
    SignInNotFound,
    SignInNotWaiting,
    UserBanned,
    UserLocked,
)
"""What a step may raise, whatever the way."""


def seen(instance: Instance, sign_in: SignIn, user: User | None) -> SignInView:
    """A sign-in with the ways that are open now."""
    first: tuple[Offer, ...] = ()
    second: tuple[Offer, ...] = ()
    if user is None or (strangers.are_hidden(instance, sign_in) and _is_unproven(sign_in)):
        if sign_in.status is SignInStatus.NEEDS_FIRST_FACTOR:
            first = strangers.offers(instance, sign_in, user)
        # Whose identifier it is, is theirs to show by the first factor.
        user = None
    elif sign_in.status is SignInStatus.NEEDS_FIRST_FACTOR:
        first = table.offers(table.FIRST, instance, user)
    elif sign_in.status in NEED_MORE:
        second = table.offers(table.ways_on(sign_in), instance, user)
    return SignInView(sign_in, user, first, second)


def _is_unproven(sign_in: SignIn) -> bool:
    return sign_in.status in (SignInStatus.NEEDS_IDENTIFIER, SignInStatus.NEEDS_FIRST_FACTOR)


def first_way(entry: Entry, strategy: str) -> Way:
    """The way of a strategy that is open as the first factor of a sign-in.

    Raises: StrategyNotAllowed.
    """
    way = table.of(table.FIRST, strategy)
    if not way.needs_person:
        return way
    if not strangers.are_hidden(entry.instance, entry.sign_in):
        return table.check_open(table.FIRST, entry.instance, entry.user, strategy)
    shown = strangers.offers(entry.instance, entry.sign_in, entry.user)
    if all(offer.strategy != strategy for offer in shown):
        raise StrategyNotAllowed
    return way


async def locked(ctx: Context, entry: Entry) -> Held:
    """The browser's client, and the sign-in unchanged since it was read.

    Of two steps at once, one finds that the other has been taken.
    Raises: SignInNotFound; SignInNotWaiting.
    """
    held = await own(ctx)
    found = await queries.lock_sign_in(ctx.db, held.client.id, entry.sign_in.id)
    if found != entry.sign_in:
        raise SignInNotWaiting("sign_in_id")
    return held


async def passed_first(
    ctx: Context, entry: Entry, passed: Passed, *, held: Held | None = None
) -> Progress:
    """Go on from a proven first factor. `held`: the locked client of a sign-in just inserted."""
    held = held or await locked(ctx, entry)
    user = await _person(ctx, entry, passed)
    sign_in = replace(
        entry.sign_in,
        user_id=user.id,
        first_check=passed.check,
        organization_id=passed.organization_id or entry.sign_in.organization_id,
        actor=passed.actor,
        updated_at=ctx.now,
    )
    check_identifier(passed.check, user)
    if passed.check.strategy in RESETS:
        return _waiting(ctx, entry, sign_in, user, SignInStatus.NEEDS_NEW_PASSWORD)
    if not passed.is_enough and table.offers(table.ways_on(sign_in), entry.instance, user):
        return _waiting(ctx, entry, sign_in, user, SignInStatus.NEEDS_SECOND_FACTOR)
    is_strange = not passed.is_enough and await trusting.is_needed(
        ctx, entry.instance, held, user, passed
    )
    # Whom no code reaches is let in as ever: nothing could prove the device theirs.
    if is_strange and table.offers(table.TRUST, entry.instance, user):
        return _waiting(ctx, entry, sign_in, user, SignInStatus.NEEDS_CLIENT_TRUST)
    return await completed(ctx, entry, held, sign_in, user, passed=passed)


async def passed_second(ctx: Context, entry: Entry, passed: Passed) -> Progress:
    """Go on from a proven second factor, or from the proof that the device is the person's."""
    held = await locked(ctx, entry)
    user = await _person(ctx, entry, passed)
    check_grounds(entry.sign_in, user)
    check_identifier(passed.check, user)
    if entry.sign_in.status is SignInStatus.NEEDS_SECOND_FACTOR:
        check_second(entry.instance, passed.check, user)
    sign_in = replace(entry.sign_in, second_check=passed.check, updated_at=ctx.now)
    return await completed(ctx, entry, held, sign_in, user)


async def resetting(ctx: Context, entry: Entry) -> User:
    """The person who may set a new password now, locked: what proved them still holds.

    Raises: SignInNotFound; SignInNotWaiting; UserBanned; UserLocked; IdentifierNotAllowed.
    """
    await locked(ctx, entry)
    if entry.user is None:
        raise SignInNotWaiting("sign_in_id")
    user = await user_queries.lock_user(ctx.db, entry.user.id)
    check_grounds(entry.sign_in, user)
    if user.is_banned:
        raise UserBanned("user_id")
    if is_locked_by_somebody(entry.instance, user, ctx.now):
        raise UserLocked("user_id")
    await check_sign_in(ctx.db, entry.instance, user)
    return user


async def passed_reset(ctx: Context, entry: Entry, user: User) -> Progress:
    """Go on from a new password; a second factor is asked for all the same."""
    held = await locked(ctx, entry)
    sign_in = replace(entry.sign_in, updated_at=ctx.now)
    has_second = is_second(entry.instance, sign_in.second_check, user)
    if not has_second and table.offers(table.ways_on(sign_in), entry.instance, user):
        return _waiting(ctx, entry, sign_in, user, SignInStatus.NEEDS_SECOND_FACTOR)
    return await completed(ctx, entry, held, sign_in, user)


async def completed(
    ctx: Context,
    entry: Entry,
    held: Held,
    sign_in: SignIn,
    user: User,
    *,
    passed: Passed | None = None,
) -> Progress:
    """Begin the session, unless the password is known to others and has to be changed first.

    passed: the first factor, where it was passed just now.
    Announces: SessionCreated; SessionEnded for a session that it replaces.
    """
    has_used_it = sign_in.first_check is not None and sign_in.first_check.strategy == "password"
    if has_used_it and not (passed is not None and passed.is_sound):
        kept = await password_queries.find_password(ctx.db, user.id)
        if kept is not None and kept.is_compromised:
            return _waiting(ctx, entry, sign_in, user, SignInStatus.NEEDS_NEW_PASSWORD)
    session = new_session(
        ctx,
        entry.instance,
        user,
        held.client.id,
        organization_id=sign_in.organization_id,
        actor=sign_in.actor,
        longest_seconds=None if passed is None else passed.session_seconds,
        has_second_factor=_has_second(entry.instance, sign_in, user),
    )
    if session.actor is None:
        await trusting.tell_of_new_device(ctx, entry.instance, held, user)
    await replace_sessions(ctx, entry.instance, held, user.id)
    session_queries.insert_session(ctx.db, session)
    ctx.announce(SessionCreated(session))
    strategy = sign_in.first_check.strategy if sign_in.first_check else None
    alone = session if held.is_new else None
    held = renewed(ctx, held, session.id, strategy)
    if session.actor is None:
        user = replace(user, last_sign_in_at=ctx.now, last_active_at=ctx.now)
    done = replace(
        sign_in,
        status=SignInStatus.COMPLETE,
        user_id=user.id,
        created_session_id=session.id,
        updated_at=ctx.now,
    )
    _keep(ctx, entry, done)
    return Progress(SignInView(done, user, (), ()), held.token, alone)


def _has_second(instance: Instance, sign_in: SignIn, user: User) -> bool:
    """Whether a second factor was shown, or a first one that stands for both."""
    has_both = sign_in.first_check is not None and sign_in.first_check.strategy in STAND_FOR_BOTH
    return has_both or is_second(instance, sign_in.second_check, user)


async def _person(ctx: Context, entry: Entry, passed: Passed) -> User:
    user_id = passed.user_id or (entry.user.id if entry.user is not None else None)
    if user_id is None:
        raise SignInNotWaiting("sign_in_id")
    user = await user_queries.lock_known(ctx.db, user_id, entry.user, passed.standing)
    if user.is_banned:
        raise UserBanned("user_id")
    if user.is_locked_at(ctx.now):
        raise UserLocked("user_id")
    await check_sign_in(ctx.db, entry.instance, user)
    return user


def _waiting(
    ctx: Context, entry: Entry, sign_in: SignIn, user: User, status: SignInStatus
) -> Progress:
    row = replace(sign_in, status=status)
    if status is SignInStatus.NEEDS_NEW_PASSWORD:
        row = replace(row, abandon_at=min(row.abandon_at, ctx.now + RESET_LIFETIME))
    _keep(ctx, entry, row)
    return Progress(seen(entry.instance, row, user))


def _keep(ctx: Context, entry: Entry, row: SignIn) -> None:
    if entry.is_new:
        queries.insert_sign_in(ctx.db, row)
    else:
        queries.update_sign_in(ctx.db, row)
