"""Documents that whoever checks our tokens reads and keeps for a while."""

import hashlib

import msgspec
from falcon.asgi import Request, Response

from charter.wire.etags import is_known

ABOUT_TOKENS = ("iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "at_hash", "azp")
ABOUT_PEOPLE = (
    *("email", "email_verified", "name", "given_name", "family_name"),
    *("preferred_username", "picture"),
)
"""Claims that tokens of every kind of client may have."""


def publish(request: Request, response: Response, document: object, max_age_seconds: int) -> None:
    """Answer a document, or that nothing has changed."""
    data = msgspec.json.encode(document)
    etag = f'"{hashlib.sha256(data).hexdigest()[:32]}"'
    response.content_type = "application/json"
    response.set_header("etag", etag)
    response.set_header("cache-control", f"public, max-age={max_age_seconds}")
    if is_known(request, etag):
        response.status = 304
        return
    response.data = data
