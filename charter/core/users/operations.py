"""What can be done with users."""

from charter.core.users import queries
from charter.core.users.model import User, UserNotFound
from charter.core.vocabulary import Permission
from charter.kernel.operation import Context, operation


@operation("users.get", permission=Permission.USERS_READ, raises=(UserNotFound,), writes=False)
async def get(ctx: Context, user_id: str) -> User:
    """Read one user.

    Raises: UserNotFound.
    Source: Clerk BAPI 2025-11-10, GetUser.
    """
    await ctx.allow()
    return await queries.get_user(ctx.db, user_id)
