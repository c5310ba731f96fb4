"""Reads the credential of a request from its header, for the doors where a user acts."""

from charter.core.acting import acting_user
from charter.core.keys.lookup import lookup
from charter.kernel.actor import Actor
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
