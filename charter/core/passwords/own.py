"""What people do with their own password."""

from dataclasses import replace

from charter.core.instances.enabled import FieldNotEnabled, attribute_of, check_enabled
from charter.core.instances.model import Instance
from charter.core.keys.lookup import instance_of
from charter.core.messages.queueing import queue
from charter.core.passwords import queries
from charter.core.passwords.model import (
    GivenPassword,
    NoPasswordSet,
    PasswordIncorrect,
    PasswordNeeded,
    PasswordUnchanged,
)
from charter.core.passwords.setting import SETTING_ERRORS, ready
from charter.core.passwords.trying import TRYING_ERRORS, try_password
from charter.core.sessions.ending import end_sessions_of_user
from charter.core.sessions.model import SessionStatus
from charter.core.sessions.recent import ReverificationRequired, require_recent_factor
from charter.core.sign_ins.ways import table
from charter.core.sign_ins.ways.codes import RESETS
from charter.core.users import queries as user_queries
from charter.core.users.making import names_held
from charter.core.users.model import User
from charter.core.users.notices import tell_of
from charter.core.users.writing import write
from charter.core.vocabulary import Permission
from charter.kernel.errors import MissingInput
from charter.kernel.operation import Context, operation


@operation(
    "passwords.change_own",
    permission=Permission.SELF,
    raises=(
        *SETTING_ERRORS,
        *TRYING_ERRORS,
        FieldNotEnabled,
        PasswordUnchanged,
        ReverificationRequired,
    ),
)
async def change(
    ctx: Context,
    new_password: str,
    current_password: str | None = None,
    *,
    ends_other_sessions: bool | None = None,
) -> User:
    """Set one's own password; who has one has to know it. Every address of theirs is told.

    Returns: the user as they are now.
    Raises: SETTING_ERRORS; MissingInput, without the current password where there is one;
        TRYING_ERRORS for it; PasswordUnchanged; FieldNotEnabled; ReverificationRequired.
    Announces: UserUpdated, PasswordVerified, PasswordRefused; SessionRevoked for each other
        session, where they are to end.
    Source: Clerk FAPI 2026-05-12, changePassword.
    """
    await ctx.allow()
    await require_recent_factor(ctx)
    instance = await instance_of(ctx)
    check_enabled(instance, "password", "new_password")
    before = await _read(ctx)
    if before.password_updated_at is not None and not current_password:
        raise MissingInput("current_password", reason="it is required")
    if current_password == new_password:
        raise PasswordUnchanged("new_password")
    given = GivenPassword(password=new_password)
    made = await ready(ctx, instance, before.id, given, names_held(before))
    if made is None:
        raise MissingInput("new_password", reason="it is required")
    if before.password_updated_at is not None:
        await _prove(ctx, instance, current_password)
    user = await _locked(ctx, before)
    await queries.set_password(ctx.db, made)
    if ends_other_sessions:
        await end_sessions_of_user(
            ctx,
            user.id,
            status=SessionStatus.REVOKED,
            except_session_id=ctx.actor.session_id,
        )
    after = await write(ctx, user)
    await _tell(ctx, after)
    return after


async def _tell(ctx: Context, user: User) -> None:
    """Write to every proven address of a person that their password is another."""
    for address in user.email_addresses:
        if address.is_verified:
            await queue(
                ctx,
                "password_changed",
                address.address,
                locale=user.locale,
                changed_at=ctx.now,
                **({"recipient_name": user.first_name} if user.first_name else {}),
            )


@operation(
    "passwords.remove_own",
    permission=Permission.SELF,
    raises=(*TRYING_ERRORS, PasswordNeeded, ReverificationRequired),
)
async def remove(ctx: Context, current_password: str) -> User:
    """Remove one's own password, where one can sign in without. Every address of theirs is told.

    Returns: the user as they are now.
    Raises: TRYING_ERRORS; PasswordNeeded, where the instance asks for one or nothing else signs
        the person in; ReverificationRequired.
    Announces: UserUpdated, PasswordVerified, PasswordRefused.
    Source: Clerk FAPI 2026-05-12, removePassword.
    """
    await ctx.allow()
    await require_recent_factor(ctx)
    instance = await instance_of(ctx)
    before = await _read(ctx)
    if before.password_updated_at is None:
        raise NoPasswordSet("current_password")
    _check_not_needed(instance, before)
    await _prove(ctx, instance, current_password)
    user = await _locked(ctx, before)
    _check_not_needed(instance, user)
    await queries.delete_password(ctx.db, user.id)
    after = await write(ctx, user)
    await tell_of(ctx, after, "password_removed")
    return after


async def _read(ctx: Context) -> User:
    """The acting user, read before the transaction."""
    reading = ctx.platform.database.reading(ctx.actor.instance_id)
    return await user_queries.get_user(reading, ctx.user_id)


async def _prove(ctx: Context, instance: Instance, password: str | None) -> None:
    """Go on only with the right password. Raises: TRYING_ERRORS, about `current_password`."""
    async with ctx.work.turn():
        try:
            await try_password(ctx, instance, ctx.user_id, password or "")
        except PasswordIncorrect as wrong:
            raise PasswordIncorrect("current_password") from wrong


async def _locked(ctx: Context, before: User) -> User:
    """The acting user, locked, with the password that was proven. Raises: PasswordIncorrect."""
    user = await user_queries.lock_user(ctx.db, before.id)
    ctx.expect(user.updated_at)
    if user.password_updated_at != before.password_updated_at:
        # Of two changes at once the second one proved a password that is no more.
        raise PasswordIncorrect("current_password")
    return user


def _check_not_needed(instance: Instance, user: User) -> None:
    """Refuse to take away what alone signs a person in. Raises: PasswordNeeded."""
    if attribute_of(instance, "password").is_required:
        raise PasswordNeeded
    without = replace(user, password_updated_at=None)
    offers = table.offers(table.FIRST, instance, without)
    if all(offer.strategy in RESETS for offer in offers):
        raise PasswordNeeded
