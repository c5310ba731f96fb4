"""Reads the cookie by which a browser's client is known, where nothing else may name it."""

from falcon.asgi import Request

from charter.core.sessions.beginning import CLIENT_TOKEN_PREFIX
from charter.core.sessions.cookies import CLIENT_COOKIE
from charter.kernel.secrets import digest, well_formed
from charter.wire.dialect import only_cookie


def client_digest(request: Request) -> bytes | None:
    """The digest of the token in the browser's cookie; None where it holds none, or several."""
    found = only_cookie(request, CLIENT_COOKIE)
    if found is None or not well_formed(CLIENT_TOKEN_PREFIX, found):
        return None
    return digest(found)
