"""Writes a user's own row; shared by everything that changes one."""

from typing import Any

from charter.core.users import queries
from charter.core.users.model import User, UserUpdated
from charter.kernel.operation import Context


async def locked(ctx: Context, user_id: str) -> User:
    """The user, locked until the transaction ends, in the version that the caller named.

    Raises: UserNotFound; VersionConflict.
    """
    user = await queries.lock_user(ctx.db, user_id)
    ctx.expect(user.updated_at)
    return user


async def write(ctx: Context, before: User, **columns: Any) -> User:
    """Change columns of a locked user; none of them: what belongs to the user has changed.

    Returns: the user as they are now.
    Announces: UserUpdated.
    """
    await queries.update_user(ctx.db, before, ctx.now, **columns)
    after = await queries.get_user(ctx.db, before.id)
    ctx.announce(UserUpdated(after, before=before))
    return after
