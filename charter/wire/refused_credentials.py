"""What the doors say of credentials that do not hold."""

from collections.abc import Mapping

from charter.kernel.errors import DomainError, Unauthenticated

SENTENCES = {
    "authorization": "Send a credential: the header `Authorization: Bearer …`.",
    "origin": "A secret key is for servers; a request with the header Origin is a browser's.",
    "publishable_key": "This is a publishable key, which is for pages and names nobody.",
    "secret_key": "This is no secret key of this server, or it was revoked or has expired.",
    "session_token": "The session token is not valid, has expired, or its session has ended.",
    "api_key": "This is no API key of this server, or it was revoked or has expired.",
    "instance": "Name the application: ask under its host, or with one of its credentials.",
}
"""What is wrong with a credential → how to mend it; nothing that its holder does not know."""


def sentence_of(error: DomainError, own: Mapping[str, str]) -> str:
    """The sentence of an error; of one about a credential, what mends it. own: a door's words."""
    if not isinstance(error, Unauthenticated):
        return error.sentence()
    about = error.parameter or ""
    return own.get(about) or SENTENCES.get(about) or error.sentence()
