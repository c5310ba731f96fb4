"""What can be done with users."""

from dataclasses import replace

from charter.core.keys.lookup import lookup
from charter.core.users import queries
from charter.core.users.fields import through_index
from charter.core.users.making import MAKING_ERRORS, make_user
from charter.core.users.model import NewUser, User, UserNotFound
from charter.core.vocabulary import Permission
from charter.kernel.errors import InvalidInput
from charter.kernel.lists import Found, Search
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


@operation("users.search", permission=Permission.USERS_READ, writes=False)
async def search(ctx: Context, search: Search) -> Found[User]:
    """List users, the newest first.

    A page behind a user (`after`) needs the order by creation, and no offset: other values
    change and are not unique, so that pages would overlap or leave gaps.
    Raises: InvalidInput.
    Source: Clerk BAPI 2025-11-10, GetUserList.
    """
    await ctx.allow()
    if search.after is not None:
        if search.offset:
            raise InvalidInput("starting_after", reason="it does not go with an offset")
        if any(order.name != "created_at" for order in search.order):
            raise InvalidInput("starting_after", reason="it needs the order by created_at")
    search = replace(search, where=through_index(search.where))
    return await queries.LISTING.search(ctx.db, search)


@operation("users.count", permission=Permission.USERS_READ, writes=False)
async def count(ctx: Context, search: Search) -> int:
    """Count the users that meet a condition; the window of the search does not matter.

    Source: Clerk BAPI 2025-11-10, GetUsersCount.
    """
    await ctx.allow()
    return await queries.LISTING.count(ctx.db, through_index(search.where))
