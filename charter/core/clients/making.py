"""Makes the clients of browsers that have none."""

from dataclasses import dataclass, field

from charter.core.clients import queries
from charter.core.clients.browsers import own
from charter.core.keys.lookup import instance_of
from charter.core.sessions.beginning import new_client
from charter.core.sessions.model import DevelopmentOnly
from charter.core.vocabulary import Permission
from charter.kernel.operation import Context, operation


@dataclass(frozen=True, slots=True)
class ClientMade:
    """A browser's client is there; its token, where it is another than the browser holds."""

    client_token: str | None = field(default=None, repr=False)


@operation("clients.create_own", permission=Permission.PUBLIC)
async def create_own(ctx: Context) -> ClientMade:
    """Give the browser that calls a client, if it has none.

    Returns: its token, where it was made; what is on it, `clients.get_own` tells.
    Source: Clerk FAPI 2026-05-12, putClient.
    """
    await ctx.allow()
    return ClientMade((await own(ctx)).token)


@operation("clients.create_by_cookie", permission=Permission.PUBLIC, raises=(DevelopmentOnly,))
async def create_by_cookie(ctx: Context) -> ClientMade:
    """Give a browser in development a client in a cookie, if it has none.

    Raises: DevelopmentOnly, in a production instance.
    Source: Clerk FAPI 2026-05-12, getDevBrowserInit, postDevBrowserInitSetCookie.
    """
    await ctx.allow()
    if not (await instance_of(ctx)).is_development:
        raise DevelopmentOnly
    return ClientMade((await own(ctx)).token)


@operation(
    "clients.create_for_development", permission=Permission.PUBLIC, raises=(DevelopmentOnly,)
)
async def create_for_development(ctx: Context) -> ClientMade:
    """Make a client whose token travels in addresses, because cookies of another site would not.

    Raises: DevelopmentOnly, in a production instance.
    Source: Clerk FAPI 2026-05-12, createDevBrowser.
    """
    await ctx.allow()
    if not (await instance_of(ctx)).is_development:
        raise DevelopmentOnly
    row, token = new_client(ctx)
    queries.insert_client(ctx.db, row)
    return ClientMade(token)
