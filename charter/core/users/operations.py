"""What can be done with users."""

from charter.core.keys.lookup import lookup
from charter.core.users import queries
from charter.core.users.making import MAKING_ERRORS, make_user
from charter.core.users.model import NewUser, User, UserNotFound
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


@operation("users.create", permission=Permission.USERS_MANAGE, raises=MAKING_ERRORS)
async def create(ctx: Context, new: NewUser) -> User:
    """Make a user. Addresses and numbers are taken as verified unless they say otherwise.

    Raises: MAKING_ERRORS; InvalidInput; TooLarge, for metadata.
    Announces: UserCreated.
    Source: Clerk BAPI 2025-11-10, CreateUser.
    """
    await ctx.allow()
    instance = await lookup(ctx.platform).instance(ctx.actor.instance_id)
    return await make_user(ctx, instance, new)
