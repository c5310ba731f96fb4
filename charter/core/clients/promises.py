"""Tokens handed to browsers that have no client yet: the client is made when it is needed.

A browser asks for several things at once as soon as somebody does something in it. Without a token
each of them would be given a client of its own, and the cookie that came last would hide the one
on which somebody signed in. With one they are all of one browser, and people who only look around
leave no row behind.
"""

from charter.kernel.platform import Platform
from charter.kernel.secrets import new_secret

PREFIX = "cp_"
_SEPARATOR = "."


def promise(platform: Platform, instance_id: str) -> str:
    """A token for a browser without a client (256 bits), marked as written by this server."""
    secret = new_secret(PREFIX)
    return secret + _SEPARATOR + platform.vault.mark(secret, _context(instance_id))


def is_promise(platform: Platform, instance_id: str, token: str) -> bool:
    """Whether this server wrote the token for a browser of the instance.

    Nobody else chooses what a client is known by.
    """
    secret, separator, mark = token.partition(_SEPARATOR)
    if not separator or not secret.startswith(PREFIX):
        return False
    return platform.vault.is_marked(secret, mark, _context(instance_id))


def _context(instance_id: str) -> str:
    return f"clients:promises:{instance_id}"
