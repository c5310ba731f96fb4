"""What can be done with clients."""

from charter.core.clients import queries
from charter.core.clients.model import Client, ClientNotFound, ClientTokenInvalid
from charter.core.keys.claimed import is_signed_form
from charter.core.sessions.beginning import CLIENT_TOKEN_PREFIX
from charter.core.sessions.minting import instance_and_keys
from charter.core.sessions.reading import read_session_token
from charter.core.vocabulary import Permission
from charter.kernel.lists import Found, Search
from charter.kernel.operation import Context, operation
from charter.kernel.secrets import digest, well_formed
from charter.kernel.tokens import TokenRefused


@operation("clients.search", permission=Permission.SESSIONS_READ, writes=False)
async def search(ctx: Context, search: Search) -> Found[Client]:
    """List clients with their sessions, newest first.

    Source: Clerk BAPI 2025-11-10, GetClientList.
    """
    await ctx.allow()
    return await queries.CLIENTS.search(ctx.db, search)


@operation(
    "clients.get", permission=Permission.SESSIONS_READ, raises=(ClientNotFound,), writes=False
)
async def get(ctx: Context, client_id: str) -> Client:
    """Read one client with its sessions.

    Raises: ClientNotFound.
    Source: Clerk BAPI 2025-11-10, GetClient.
    """
    await ctx.allow()
    return await queries.get_client(ctx.db, client_id)


@operation(
    "clients.verify",
    permission=Permission.SESSIONS_READ,
    raises=(ClientNotFound, ClientTokenInvalid),
    writes=False,
)
async def verify(ctx: Context, token: str) -> Client:
    """Find the client behind a token that a browser showed.

    token: the client's own, or the session token of a session on it that is alive.
    Returns: the client with its sessions.
    Raises: ClientTokenInvalid, for a token that is neither; ClientNotFound, for one of a
        client that is gone.
    Source: Clerk BAPI 2025-11-10, VerifyClient.
    """
    await ctx.allow()
    if is_signed_form(token):
        return await _of_session_token(ctx, token)
    if not well_formed(CLIENT_TOKEN_PREFIX, token):
        raise ClientTokenInvalid("token")
    found = await queries.find_client_by_digest(ctx.db, digest(token))
    if found is None:
        raise ClientNotFound("token")
    return found


async def _of_session_token(ctx: Context, token: str) -> Client:
    """The client of a session token, whose session has to be alive on it."""
    instance, keys = await instance_and_keys(ctx)
    try:
        claims = read_session_token(token, instance, keys, ctx.now)
    except TokenRefused as refused:
        raise ClientTokenInvalid("token") from refused
    session_id, user_id = claims.get("sid"), claims.get("sub")
    if not isinstance(session_id, str):
        raise ClientTokenInvalid("token")
    client = await queries.find_client_of_session(ctx.db, session_id)
    if client is None:
        raise ClientNotFound("token")
    session = next(each for each in client.sessions if each.id == session_id)
    if session.user_id != user_id or not session.status_at(ctx.now).is_alive:
        raise ClientTokenInvalid("token")
    return client
