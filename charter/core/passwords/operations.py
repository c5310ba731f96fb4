"""What can be done with passwords of users."""

from charter.core.keys.lookup import instance_of
from charter.core.passwords import queries
from charter.core.passwords.errors import PasswordDigestInvalid, PasswordHasherUnknown
from charter.core.passwords.model import NoPasswordSet
from charter.core.passwords.trying import TRYING_ERRORS, try_password
from charter.core.sessions.ending import end_sessions_of_user
from charter.core.sessions.model import SessionStatus
from charter.core.users import queries as user_queries
from charter.core.users.model import User, UserNotFound
from charter.core.users.writing import locked, write
from charter.core.vocabulary import Permission
from charter.kernel.operation import Context, operation


@operation(
    "passwords.verify",
    permission=Permission.USERS_MANAGE,
    raises=(UserNotFound, PasswordHasherUnknown, PasswordDigestInvalid, *TRYING_ERRORS),
    costly=True,
)
async def verify(ctx: Context, user_id: str, password: str) -> User:
    """Check that a password is the user's. Failed tries are counted and lock the user.

    Returns: the user.
    Raises: UserNotFound; PasswordIncorrect; NoPasswordSet; UserLocked;
        PasswordTooLongNeedsReset, when an imported hash saw only the beginning of it.
    Announces: PasswordVerified, PasswordRefused.
    Source: Clerk BAPI 2025-11-10, VerifyPassword.
    """
    await ctx.allow()
    instance = await instance_of(ctx)
    async with ctx.work.turn():
        reading = ctx.platform.database.reading(ctx.actor.instance_id)
        user = await user_queries.get_user(reading, user_id)
        await try_password(ctx, instance, user_id, password)
        return user


@operation("passwords.remove", permission=Permission.USERS_MANAGE, raises=(UserNotFound,))
async def remove(ctx: Context, user_id: str, *, ends_sessions: bool = False) -> User:
    """Remove a user's password, even if they cannot sign in otherwise.

    Returns: the user; unchanged, and nothing announced, if they had none.
    Raises: UserNotFound.
    Announces: UserUpdated; SessionRevoked for each session, where they are to end.
    Source: Clerk BAPI 2025-11-10, RemoveUserPassword.
    """
    await ctx.allow()
    before = await locked(ctx, user_id)
    if not await queries.delete_password(ctx.db, user_id):
        return before
    return await _changed(ctx, before, ends_sessions=ends_sessions)


@operation(
    "passwords.set_compromised",
    permission=Permission.USERS_MANAGE,
    raises=(UserNotFound, NoPasswordSet),
)
async def set_compromised(
    ctx: Context, user_id: str, *, ends_sessions: bool | None = False
) -> User:
    """Mark a user's password as known to others: a new one is asked for at the next sign-in.

    Raises: UserNotFound; NoPasswordSet.
    Announces: UserUpdated; SessionRevoked for each session, where they are to end.
    Source: Clerk BAPI 2025-11-10, SetUserPasswordCompromised.
    """
    await ctx.allow()
    before = await locked(ctx, user_id)
    if not await queries.mark_password(ctx.db, user_id, is_compromised=True):
        raise NoPasswordSet("user_id")
    return await _changed(ctx, before, ends_sessions=bool(ends_sessions))


@operation(
    "passwords.unset_compromised",
    permission=Permission.USERS_MANAGE,
    raises=(UserNotFound, NoPasswordSet),
)
async def unset_compromised(ctx: Context, user_id: str) -> User:
    """Take back the mark that a user's password is known to others.

    Raises: UserNotFound; NoPasswordSet.
    Announces: UserUpdated.
    Source: Clerk BAPI 2025-11-10, UnsetUserPasswordCompromised.
    """
    await ctx.allow()
    before = await locked(ctx, user_id)
    if not await queries.mark_password(ctx.db, user_id, is_compromised=False):
        raise NoPasswordSet("user_id")
    return await _changed(ctx, before, ends_sessions=False)


async def _changed(ctx: Context, before: User, *, ends_sessions: bool) -> User:
    if ends_sessions:
        await end_sessions_of_user(ctx, before.id, status=SessionStatus.REVOKED)
    return await write(ctx, before)
