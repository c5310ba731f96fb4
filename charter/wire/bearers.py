"""Reads the credential of a request from its header, for the doors where a user acts."""

from charter.core.acting import acting_user, api_key_actor, session_actor
from charter.core.api_keys.model import SECRET_PREFIX as API_KEY_PREFIX
from charter.core.instances.hosts import hosts
from charter.core.keys.lookup import SECRET_PREFIXES, lookup
from charter.kernel.actor import Actor, ActorKind
from charter.kernel.errors import Unauthenticated
from charter.kernel.platform import Platform
from charter.wire.dialect import Credentials

ACTING_USER_HEADER = "charter-acting-user"
ACTING_USER = "The id of the user for whom the holder of a secret key acts."


def bearer(request: Credentials) -> str:
    """The credential of `Authorization: Bearer …`. Raises: Unauthenticated."""
    scheme, _, credential = (request.get_header("authorization") or "").partition(" ")
    credential = credential.strip()
    if scheme.lower() != "bearer" or not credential:
        raise Unauthenticated("authorization")
    return credential


async def key_actor(platform: Platform, request: Credentials, secret: str) -> Actor:
    """The holder of a secret key, or the user for whom they say they act.

    Raises: Unauthenticated, to browsers too: one that holds a secret key has leaked it.
    """
    if request.get_header("origin") is not None:
        raise Unauthenticated("origin")
    holder = await lookup(platform).actor_of(secret)
    user_id = request.get_header(ACTING_USER_HEADER)
    # One that names nobody is a visitor whom the connector does not know, not the server.
    return holder if user_id is None else await acting_user(platform, holder, user_id)


async def credential_actor(platform: Platform, request: Credentials, credential: str) -> Actor:
    """Who holds a secret key, a user's API key or a session token. Raises: Unauthenticated."""
    if credential.startswith(SECRET_PREFIXES):
        return await key_actor(platform, request, credential)
    if credential.startswith(API_KEY_PREFIX):
        instance_id = await instance_of_host(platform, request)
        return await api_key_actor(platform, instance_id, credential)
    return await session_actor(platform, credential)


async def visitor(platform: Platform, request: Credentials) -> Actor:
    """Somebody without a credential, at the instance of the host. Raises: Unauthenticated."""
    return Actor(ActorKind.ANONYMOUS, await instance_of_host(platform, request))


async def instance_of_host(platform: Platform, request: Credentials) -> str:
    """The instance of the host, or the only one. Raises: Unauthenticated."""
    found = await hosts(platform.database).instance_of(request.get_header("host") or "")
    if found is None:
        raise Unauthenticated("instance")
    return found
