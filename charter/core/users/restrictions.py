"""What keeps users out: bans, and locks that end by themselves."""

from collections.abc import Sequence

from charter.core.keys.lookup import instance_of
from charter.core.sessions.ending import end_sessions_of_user
from charter.core.sessions.model import SessionStatus
from charter.core.users import queries
from charter.core.users.making import locked_until
from charter.core.users.model import User, UserNotFound
from charter.core.users.writing import locked, write
from charter.core.vocabulary import Permission
from charter.kernel.errors import InvalidInput
from charter.kernel.operation import Context, operation

MOST_AT_ONCE = 50


@operation("users.ban", permission=Permission.USERS_MANAGE, raises=(UserNotFound,))
async def ban(ctx: Context, user_id: str) -> User:
    """Ban a user: all their sessions end, and they do not sign in again.

    Raises: UserNotFound.
    Announces: UserUpdated; SessionRevoked for each session.
    Source: Clerk BAPI 2025-11-10, BanUser.
    """
    await ctx.allow()
    return await _set_banned(ctx, await locked(ctx, user_id), is_banned=True)


@operation("users.unban", permission=Permission.USERS_MANAGE, raises=(UserNotFound,))
async def unban(ctx: Context, user_id: str) -> User:
    """Lift the ban of a user.

    Raises: UserNotFound.
    Announces: UserUpdated.
    Source: Clerk BAPI 2025-11-10, UnbanUser.
    """
    await ctx.allow()
    return await _set_banned(ctx, await locked(ctx, user_id), is_banned=False)


@operation("users.ban_many", permission=Permission.USERS_MANAGE, raises=(UserNotFound,))
async def ban_many(ctx: Context, user_ids: Sequence[str]) -> tuple[User, ...]:
    """Ban 1 to 50 users, all or none of them.

    Returns: the users in the order they were named in.
    Raises: UserNotFound, if one of them does not exist; InvalidInput for another number.
    Announces: UserUpdated for each who was not banned; SessionRevoked for each session.
    Source: Clerk BAPI 2025-11-10, UsersBan.
    """
    await ctx.allow()
    return await _set_many_banned(ctx, user_ids, is_banned=True)


@operation("users.unban_many", permission=Permission.USERS_MANAGE, raises=(UserNotFound,))
async def unban_many(ctx: Context, user_ids: Sequence[str]) -> tuple[User, ...]:
    """Lift the bans of 1 to 50 users, all or none of them.

    Returns: the users in the order they were named in.
    Raises: UserNotFound, if one of them does not exist; InvalidInput for another number.
    Announces: UserUpdated for each who was banned.
    Source: Clerk BAPI 2025-11-10, UsersUnban.
    """
    await ctx.allow()
    return await _set_many_banned(ctx, user_ids, is_banned=False)


@operation("users.lock", permission=Permission.USERS_MANAGE, raises=(UserNotFound,))
async def lock(ctx: Context, user_id: str) -> User:
    """Lock a user for as long as the instance's settings say. Their sessions go on.

    Raises: UserNotFound.
    Announces: UserUpdated.
    Source: Clerk BAPI 2025-11-10, LockUser.
    """
    await ctx.allow()
    instance = await instance_of(ctx)
    before = await locked(ctx, user_id)
    until = locked_until(instance, ctx.now)
    return await write(ctx, before, is_locked=True, locked_until=until)


@operation("users.unlock", permission=Permission.USERS_MANAGE, raises=(UserNotFound,))
async def unlock(ctx: Context, user_id: str) -> User:
    """Lift the lock of a user, and forget their failed attempts.

    Raises: UserNotFound.
    Announces: UserUpdated.
    Source: Clerk BAPI 2025-11-10, UnlockUser.
    """
    await ctx.allow()
    before = await locked(ctx, user_id)
    return await write(ctx, before, is_locked=False, locked_until=None, failed_attempts=0)


async def _set_many_banned(
    ctx: Context, user_ids: Sequence[str], *, is_banned: bool
) -> tuple[User, ...]:
    if not 1 <= len(user_ids) <= MOST_AT_ONCE:
        raise InvalidInput("user_ids", reason=f"it must hold 1 to {MOST_AT_ONCE} ids")
    locked = await queries.lock_users(ctx.db, user_ids)
    after = {before.id: await _set_banned(ctx, before, is_banned=is_banned) for before in locked}
    return tuple(after[user_id] for user_id in dict.fromkeys(user_ids))


async def _set_banned(ctx: Context, before: User, *, is_banned: bool) -> User:
    if is_banned:
        await end_sessions_of_user(ctx, before.id, status=SessionStatus.REVOKED)
    if before.is_banned == is_banned:
        return before
    return await write(ctx, before, is_banned=is_banned)
