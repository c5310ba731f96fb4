"""Finds people by what stands for them in addresses, as far as the caller may see them."""

from typing import Any

from charter.core.users import queries
from charter.core.users.model import User, UserNotFound
from charter.core.users.usernames import username_key
from charter.core.vocabulary import Permission
from charter.kernel.db import Statement
from charter.kernel.errors import DomainError
from charter.kernel.operation import Context, operation

HIGHEST_NUMBER = 2**63 - 1


@operation(
    "users.get_by_number", permission=Permission.USERS_READ, raises=(UserNotFound,), writes=False
)
async def get_by_number(ctx: Context, number: int) -> User:
    """Read the user with this number, which they keep for good.

    Users see themselves, and the members of organizations in which their role reads members.
    number: any; one that the database cannot hold is nobody's.
    Raises: UserNotFound, also for who is there and not for the caller to see.
    """
    await ctx.allow(or_self=ctx.actor.user_id)
    if not 0 < number <= HIGHEST_NUMBER:
        raise UserNotFound("number")
    return await _seen(ctx, queries.SEEN_BY_NUMBER, "number", number=number)


@operation(
    "users.get_by_username", permission=Permission.USERS_READ, raises=(UserNotFound,), writes=False
)
async def get_by_username(ctx: Context, username: str) -> User:
    """Read the user of this username, in any case; who may see whom is as in `users.get_by_number`.

    Raises: UserNotFound, also for what nobody can be called.
    """
    await ctx.allow(or_self=ctx.actor.user_id)
    try:
        key = username_key(username)
    except DomainError as nobody:
        raise UserNotFound("username") from nobody
    return await _seen(ctx, queries.SEEN_BY_USERNAME, "username", username_key=key)


async def _seen(ctx: Context, statement: Statement[User], parameter: str, **wanted: Any) -> User:
    return await ctx.db.one(
        statement,
        missing=UserNotFound(parameter),
        sees_all=ctx.actor.kind.is_instance_wide,
        viewer_id=ctx.actor.user_id,
        **wanted,
    )
