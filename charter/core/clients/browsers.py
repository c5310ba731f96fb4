"""The browser that calls: its client, made when it has none, with a new token at each sign-in."""

from dataclasses import dataclass, field, replace

from charter.core.clients import queries
from charter.core.clients.model import ClientRow
from charter.core.sessions.beginning import CLIENT_TOKEN_PREFIX, new_client
from charter.kernel.operation import Context
from charter.kernel.platform import Platform
from charter.kernel.secrets import digest, new_secret


@dataclass(frozen=True, slots=True)
class Held:
    """The client of a browser, locked. `token` is what the browser is to hold from now on."""

    client: ClientRow
    token: str | None = field(default=None, repr=False)
    is_new: bool = False
    """Whether it was made just now, so that nothing is on it yet."""


async def find_own(ctx: Context) -> ClientRow | None:
    """The client of the browser that calls, on a connection of its own."""
    if ctx.actor.client_digest is None:
        return None
    reading = ctx.platform.database.reading(ctx.actor.instance_id)
    return await queries.find_row_by_digest(reading, ctx.actor.client_digest)


async def is_known(platform: Platform, instance_id: str, client_digest: bytes) -> bool:
    """Whether a client has the token of this digest."""
    reading = platform.database.reading(instance_id)
    return await queries.find_row_by_digest(reading, client_digest) is not None


async def own(ctx: Context) -> Held:
    """The client of the browser that calls, locked until the transaction ends.

    A browser without one is given one: under the token that was handed to it for that, or with
    another.
    """
    given = ctx.actor.client_digest
    if given is not None:
        found = await queries.lock_row_by_digest(ctx.db, given)
        if found is not None:
            return Held(found)
    row, token = new_client(ctx)
    if not ctx.actor.is_client_promised:
        queries.insert_client(ctx.db, row)
        return Held(row, token, is_new=True)
    promised = replace(row, digest=given)
    queries.insert_client(ctx.db, promised)
    return Held(promised, is_new=True)


def renewed(ctx: Context, held: Held, session_id: str, strategy: str | None) -> Held:
    """The client with a session that began on it, under a new token.

    The token that the browser held before ends: whoever had planted it there gets nothing.
    """
    token = new_secret(CLIENT_TOKEN_PREFIX)
    row = replace(
        held.client,
        digest=digest(token),
        last_active_session_id=session_id,
        last_authentication_strategy=strategy,
        updated_at=ctx.now,
    )
    queries.update_row(ctx.db, held.client, row)
    return Held(row, token)


def rotated(ctx: Context, client: ClientRow) -> Held:
    """A locked client under a new token, for a browser whose person has shown who they are.

    Nothing else of it changes: when it was last changed tells back ends which tokens are stale.
    """
    token = new_secret(CLIENT_TOKEN_PREFIX)
    row = replace(client, digest=digest(token))
    queries.update_row(ctx.db, client, row)
    return Held(row, token)
