"""What can be done with sign-ins, by the browser they run in."""

from dataclasses import replace

from charter.core.checks.model import CHECK_ERRORS
from charter.core.clients.browsers import find_own
from charter.core.email_addresses.model import EmailAddressNotFound
from charter.core.external_accounts.outcome import TRANSFER_ERRORS
from charter.core.grants.links import ReturnUrlNotAllowed
from charter.core.identity_providers.speaking import SPEAKING_ERRORS
from charter.core.instance_domains.model import SatelliteOnlyReads
from charter.core.instances.enabled import FieldNotEnabled, check_enabled
from charter.core.instances.satellites import require_primary
from charter.core.keys.lookup import instance_of
from charter.core.limits.limiting import ATTEMPTS, FLOWS, limit
from charter.core.memberships.joining import JOINING
from charter.core.memberships.model import AlreadyMember
from charter.core.passkeys.model import CEREMONY_ERRORS
from charter.core.passwords import queries as password_queries
from charter.core.passwords.locking import forgiven
from charter.core.passwords.model import GivenPassword
from charter.core.passwords.setting import SETTING_ERRORS, ready
from charter.core.passwords.trying import TRYING_ERRORS
from charter.core.phone_numbers.countries import CountryBlocked
from charter.core.phone_numbers.model import PhoneNumberNotFound
from charter.core.sessions.ending import end_sessions_of_user
from charter.core.sessions.model import SessionStatus
from charter.core.sign_ins import advancing, answering, queries
from charter.core.sign_ins.advancing import ADVANCING_ERRORS
from charter.core.sign_ins.beginning import BEGINNING_ERRORS, begun
from charter.core.sign_ins.model import (
    Answer,
    Entry,
    NewSignIn,
    Preparation,
    Progress,
    SignInNotFound,
    SignInNotWaiting,
    SignInStatus,
    SignInView,
)
from charter.core.sign_ins.ways import table
from charter.core.sign_ins.ways.way import Way
from charter.core.tickets.model import TICKET_ERRORS
from charter.core.users import queries as user_queries
from charter.core.users.making import names_held
from charter.core.users.writing import write
from charter.core.vocabulary import Permission
from charter.kernel.operation import Context, operation

STEP_ERRORS = (
    *CHECK_ERRORS,
    *TRYING_ERRORS,
    *ADVANCING_ERRORS,
    *CEREMONY_ERRORS,
    *JOINING,
    *TICKET_ERRORS,
    AlreadyMember,
    EmailAddressNotFound,
    PhoneNumberNotFound,
    ReturnUrlNotAllowed,
    *SPEAKING_ERRORS,
    CountryBlocked,
)


@operation(
    "sign_ins.create",
    permission=Permission.PUBLIC,
    raises=(*STEP_ERRORS, *BEGINNING_ERRORS, *TRANSFER_ERRORS, SatelliteOnlyReads),
)
async def create(ctx: Context, new: NewSignIn) -> Progress:
    """Begin a sign-in, in place of the one that was running in this browser.

    Everything may be given at once: an identifier and a password sign in in one step. With
    `transfer` it takes over an account elsewhere that a sign-up of this browser found to be known.
    Returns: the sign-in, and the browser's token where it got a new one.
    Raises: IdentifierUnknown; SessionExists and AlreadySignedIn, for who is here already;
        SatelliteOnlyReads; and what the step raises that was taken with it.
    Source: Clerk FAPI 2026-05-12, createSignIn.
    """
    await ctx.allow()
    require_primary(ctx)
    instance = await instance_of(ctx)
    await limit(ctx, instance, FLOWS)
    if new.transfer:
        return await answering.take_over(ctx, instance, new)
    return await begun(ctx, instance, new)


@operation("sign_ins.get", permission=Permission.PUBLIC, raises=(SignInNotFound,), writes=False)
async def get(ctx: Context, sign_in_id: str) -> SignInView:
    """Read a sign-in of this browser.

    Raises: SignInNotFound.
    Source: Clerk FAPI 2026-05-12, getSignIn.
    """
    await ctx.allow()
    entry = await _entry(ctx, sign_in_id)
    return advancing.seen(entry.instance, entry.sign_in, entry.user)


@operation("sign_ins.prepare_first_factor", permission=Permission.PUBLIC, raises=STEP_ERRORS)
async def prepare_first_factor(ctx: Context, sign_in_id: str, given: Preparation) -> Progress:
    """Have a code or link sent, a challenge made, a provider asked, as the strategy needs.

    Raises: SignInNotWaiting; StrategyNotAllowed; TooManyCodes; CountryBlocked;
        EmailAddressNotFound and PhoneNumberNotFound, for one that is not the person's.
    Source: Clerk FAPI 2026-05-12, prepareSignInFactorOne.
    """
    await ctx.allow()
    entry = await _entry(ctx, sign_in_id)
    way = _first_way(entry, given.strategy)
    held = await advancing.locked(ctx, entry)
    if way.prepare is not None:
        check = await way.prepare(ctx, entry, given)
        entry = replace(entry, sign_in=replace(entry.sign_in, first_check=check))
        queries.update_sign_in(ctx.db, entry.sign_in)
    return Progress(advancing.seen(entry.instance, entry.sign_in, entry.user), held.token)


@operation("sign_ins.attempt_first_factor", permission=Permission.PUBLIC, raises=STEP_ERRORS)
async def attempt_first_factor(ctx: Context, sign_in_id: str, given: Answer) -> Progress:
    """Prove the first factor.

    Raises: SignInNotWaiting; what the strategy raises; UserLocked; UserBanned.
    Announces: SessionCreated, when nothing else is asked for.
    Source: Clerk FAPI 2026-05-12, attemptSignInFactorOne.
    """
    await ctx.allow()
    entry = await _entry(ctx, sign_in_id)
    await limit(ctx, entry.instance, ATTEMPTS)
    way = _first_way(entry, given.strategy)
    if way.attempt is None:
        raise SignInNotWaiting("strategy")
    return await advancing.passed_first(ctx, entry, await way.attempt(ctx, entry, given))


@operation("sign_ins.prepare_second_factor", permission=Permission.PUBLIC, raises=STEP_ERRORS)
async def prepare_second_factor(ctx: Context, sign_in_id: str, given: Preparation) -> Progress:
    """Have a code or link sent for the second factor, or to prove the device.

    Raises: SignInNotWaiting; StrategyNotAllowed; TooManyCodes; CountryBlocked;
        EmailAddressNotFound and PhoneNumberNotFound, for one that is not the person's.
    Source: Clerk FAPI 2026-05-12, prepareSignInFactorTwo.
    """
    await ctx.allow()
    entry = await _entry(ctx, sign_in_id)
    way = _second_way(entry, given.strategy)
    held = await advancing.locked(ctx, entry)
    if way.prepare is not None:
        check = await way.prepare(ctx, entry, given)
        entry = replace(entry, sign_in=replace(entry.sign_in, second_check=check))
        queries.update_sign_in(ctx.db, entry.sign_in)
    return Progress(advancing.seen(entry.instance, entry.sign_in, entry.user), held.token)


@operation("sign_ins.attempt_second_factor", permission=Permission.PUBLIC, raises=STEP_ERRORS)
async def attempt_second_factor(ctx: Context, sign_in_id: str, given: Answer) -> Progress:
    """Prove the second factor, or that the device is the person's.

    Raises: SignInNotWaiting; what the strategy raises; UserLocked; UserBanned.
    Announces: SessionCreated.
    Source: Clerk FAPI 2026-05-12, attemptSignInFactorTwo.
    """
    await ctx.allow()
    entry = await _entry(ctx, sign_in_id)
    await limit(ctx, entry.instance, ATTEMPTS)
    way = _second_way(entry, given.strategy)
    if way.attempt is None:
        raise SignInNotWaiting("strategy")
    return await advancing.passed_second(ctx, entry, await way.attempt(ctx, entry, given))


@operation(
    "sign_ins.reset_password",
    permission=Permission.PUBLIC,
    raises=(*ADVANCING_ERRORS, *SETTING_ERRORS, FieldNotEnabled),
)
async def reset_password(
    ctx: Context, sign_in_id: str, password: str, *, ends_other_sessions: bool | None = None
) -> Progress:
    """Set a new password, once the way to it is proven or the old one is known to others.

    ends_other_sessions: all sessions of the person, unless they ask to keep them.
    Raises: SignInNotWaiting, also where the password or the address is another by now;
        UserBanned; UserLocked, by an administrator meanwhile; IdentifierNotAllowed;
        FieldNotEnabled, where passwords are not in use any more; SETTING_ERRORS.
    Announces: UserUpdated; SessionRevoked for each session that ends; SessionCreated.
    Source: Clerk FAPI 2026-05-12, resetPassword.
    """
    await ctx.allow()
    entry = await _entry(ctx, sign_in_id)
    user = entry.user
    if entry.sign_in.status is not SignInStatus.NEEDS_NEW_PASSWORD or user is None:
        raise SignInNotWaiting("sign_in_id")
    check_enabled(entry.instance, "password")
    given = GivenPassword(password=password)
    made = await ready(ctx, entry.instance, user.id, given, names_held(user))
    assert made is not None  # noqa: S101  # a password was given
    user = await advancing.resetting(ctx, entry)
    await password_queries.set_password(ctx.db, made)
    if ends_other_sessions is not False:
        await end_sessions_of_user(ctx, user.id, status=SessionStatus.REVOKED)
    user = await write(ctx, user, **forgiven(entry.instance, user, ctx.now))
    return await advancing.passed_reset(ctx, entry, user)


def _first_way(entry: Entry, strategy: str) -> Way:
    """The way of a strategy, if the sign-in waits for it; one that names its person may begin.

    Raises: StrategyNotAllowed; SignInNotWaiting.
    """
    status = entry.sign_in.status
    if status not in (SignInStatus.NEEDS_IDENTIFIER, SignInStatus.NEEDS_FIRST_FACTOR):
        raise SignInNotWaiting("sign_in_id")
    way = advancing.first_way(entry, strategy)
    if status is SignInStatus.NEEDS_IDENTIFIER and way.needs_person:
        raise SignInNotWaiting("sign_in_id")
    return way


def _second_way(entry: Entry, strategy: str) -> Way:
    """The way of a strategy, if the sign-in waits for it. Raises: as `_first_way`."""
    if entry.sign_in.status not in advancing.NEED_MORE:
        raise SignInNotWaiting("sign_in_id")
    return table.check_open(table.ways_on(entry.sign_in), entry.instance, entry.user, strategy)


async def _entry(ctx: Context, sign_in_id: str) -> Entry:
    """What a step works on, read before any transaction. Raises: SignInNotFound."""
    instance = await instance_of(ctx)
    client = await find_own(ctx)
    if client is None:
        raise SignInNotFound("sign_in_id")
    reading = ctx.platform.database.reading(ctx.actor.instance_id)
    sign_in = await queries.get_sign_in(reading, client.id, sign_in_id)
    if sign_in.status_at(ctx.now) is SignInStatus.ABANDONED:
        raise SignInNotFound("sign_in_id")
    user = None
    if sign_in.user_id is not None:
        user = await user_queries.get_user(reading, sign_in.user_id)
    return Entry(instance, sign_in, user)
