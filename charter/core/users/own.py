"""What people do with their own user."""

from charter.core.users import queries
from charter.core.users.model import User
from charter.core.vocabulary import Permission
from charter.kernel.operation import Context, operation


@operation("users.get_own", permission=Permission.SELF, writes=False)
async def get(ctx: Context) -> User:
    """Read one's own user.

    Source: Clerk FAPI 2026-05-12, getUser.
    """
    await ctx.allow()
    return await queries.get_user(ctx.db, ctx.user_id)
