"""Tries a user's password: counted before it is looked at, written down whatever comes of it."""

from dataclasses import dataclass, field

from charter.core.instances.model import Instance
from charter.core.passwords import hashers, queries
from charter.core.passwords.errors import PasswordTooLongNeedsReset
from charter.core.passwords.locking import note_lock
from charter.core.passwords.model import (
    NoPasswordSet,
    Password,
    PasswordIncorrect,
    PasswordRefused,
    PasswordTry,
    PasswordVerified,
    UserLocked,
)
from charter.core.passwords.queries import Counted
from charter.core.users.making import locked_until
from charter.core.users.model import UserStanding
from charter.kernel import events
from charter.kernel.errors import DomainError
from charter.kernel.operation import Context
from charter.kernel.work import Busy

TRYING_ERRORS = (NoPasswordSet, PasswordIncorrect, PasswordTooLongNeedsReset, UserLocked)
"""What a try may raise; NoPasswordSet after the same work as PasswordIncorrect."""

ALL_TRIES = 2**31 - 1
PROOF = "password of "


@dataclass(frozen=True, slots=True)
class Tried:
    """The right password as it was kept; how its user stands, once all is written.

    None, where there was nothing to forgive: their row is not locked then.
    """

    password: Password = field(repr=False)
    standing: UserStanding | None


async def try_password(ctx: Context, instance: Instance, user_id: str, password: str) -> Tried:
    """Go on only if this is the user's password; call it before any statement.

    The try is counted, and committed, before the password is looked at: neither an error of the
    operation nor many tries at once give a guess for nothing. The right password makes the count
    zero, and a digest of another hasher or of weaker parameters becomes one of ours: with what the
    operation writes, which is overtaken where the user was banned, locked or changed meanwhile.
    Raises: TRYING_ERRORS; Busy, which does not count as a try.
    Announces: PasswordVerified; PasswordRefused, in a transaction of its own.
    """
    most = instance.settings.lockout_attempts
    before = await _proven_before(ctx, user_id)
    counted = before or await _looked_at(ctx, instance, user_id, password)
    ctx.proven[PROOF + user_id] = counted
    kept = counted.password
    assert kept is not None  # noqa: S101  # without one, the comparison has failed
    stronger = None
    if hashers.needs_upgrade(kept.hasher, kept.password_digest):
        stronger = await ctx.work.run(hashers.hash_new, password)
    if before is None:
        standing: UserStanding | None = queries.forgive_later(ctx.db, user_id, counted, most=most)
    else:
        # Of what has changed, the locked row tells: this attempt is not overtaken again.
        standing = await queries.forgive_tries(ctx.db, user_id, most=most, tries=ALL_TRIES)
    if stronger is not None:
        queries.upgrade_digest(ctx.db, kept, hashers.NEW_HASHER, stronger)
    ctx.announce(PasswordVerified(PasswordTry(user_id, "right")))
    return Tried(kept, standing)


async def _proven_before(ctx: Context, user_id: str) -> Counted | None:
    """What an attempt that was overtaken has found right, if that password is still kept."""
    counted: Counted | None = ctx.proven.get(PROOF + user_id)
    if counted is None:
        return None
    db = ctx.platform.database.reading(ctx.actor.instance_id)
    return counted if await queries.find_password(db, user_id) == counted.password else None


async def _looked_at(ctx: Context, instance: Instance, user_id: str, password: str) -> Counted:
    """The try, counted and found right; one that is refused is written down."""
    # In a storm most are refused: without a read, and without counting a try and taking it back.
    ctx.work.check_room()
    try:
        counted = await _counted(ctx, instance, user_id)
        await _compare(ctx, instance, user_id, counted.password, password)
    except TRYING_ERRORS as refusal:
        await _write_down(ctx, user_id, refusal)
        if isinstance(refusal, PasswordIncorrect):
            await note_lock(ctx, instance, user_id)
        raise
    return counted


async def _counted(ctx: Context, instance: Instance, user_id: str) -> Counted:
    """What a try that is counted may be compared with. Raises: UserLocked."""
    db = ctx.platform.database.reading(ctx.actor.instance_id)
    counted = await queries.count_try(
        db,
        user_id,
        ctx.now,
        most=instance.settings.lockout_attempts,
        until=locked_until(instance, ctx.now),
    )
    if counted is None:
        raise UserLocked("user_id")
    return counted


async def _compare(
    ctx: Context, instance: Instance, user_id: str, kept: Password | None, password: str
) -> None:
    work = ctx.work
    try:
        if kept is None:
            await work.run(hashers.verify_absent, password)
            raise NoPasswordSet("user_id")
        if not await work.run(hashers.verify, kept.hasher, kept.password_digest, password):
            raise PasswordIncorrect("password")
    except Busy:
        # It was not looked at: a server that is busy must not lock people out.
        db = ctx.platform.database.reading(ctx.actor.instance_id)
        most = instance.settings.lockout_attempts
        await queries.forgive_tries(db, user_id, most=most, tries=1)
        raise


async def _write_down(ctx: Context, user_id: str, refusal: DomainError) -> None:
    """Write a refusal down in a transaction of its own: the operation's is rolled back."""
    event = PasswordRefused(PasswordTry(user_id, refusal.code))
    row = events.record(event, ctx.actor.facts(), ctx.request.facts(), ctx.now)
    await events.write(ctx.platform.database.reading(ctx.actor.instance_id), [row])
