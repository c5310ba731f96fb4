"""Tells forms that our own pages sent from those that others made a browser send.

Two proofs are asked for: the browser's word where the form comes from, and a token that only a
page of ours can have read. The token is bound to the cookie of the browser's client, so that one
read before a sign-in is worth nothing after it.
"""

import hmac
import re
import secrets
from urllib.parse import urlsplit

from falcon.asgi import Request

from charter.kernel.errors import DomainError, Kind
from charter.wire.dialect import only_cookie

TOKEN_FIELD = "form_token"  # noqa: S105  # the name of a field
_COOKIE = "portal"
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")
A_FORM = b"a form of the portal:"


class ForeignForm(DomainError):
    """The form was not sent by a page of ours."""

    kind, code = Kind.NOT_PERMITTED, "foreign_form"
    message = "This form was not sent from this site."


class StaleForm(DomainError):
    """The form was written before somebody signed in or out here, or has no token at all."""

    kind, code = Kind.NOT_PERMITTED, "stale_form"
    message = "This form is out of date. Send it again."


def cookie_name(*, is_secure: bool) -> str:
    """The cookie that holds the secret of a browser's forms.

    Over https no sibling host can set it (RFC 6265bis section 4.1.3.2).
    """
    return f"__Host-{_COOKIE}" if is_secure else f"__{_COOKIE}"


def read_secret(request: Request, *, is_secure: bool) -> str | None:
    """The secret of the browser's forms; None where it has none, several, or a bad one."""
    found = only_cookie(request, cookie_name(is_secure=is_secure))
    return found if found is not None and _SECRET.fullmatch(found) else None


def new_secret() -> str:
    """A new secret: 32 bytes in base64url."""
    return secrets.token_urlsafe(32)


def set_cookie(secret: str, *, is_secure: bool) -> str:
    """A complete Set-Cookie value that holds the secret until the browser is closed."""
    attributes = "; Path=/; HttpOnly; SameSite=Lax" + ("; Secure" if is_secure else "")
    return f"{cookie_name(is_secure=is_secure)}={secret}{attributes}"


def form_token(secret: str, client_digest: bytes | None) -> str:
    """What a page writes into its forms."""
    return hmac.new(secret.encode(), A_FORM + (client_digest or b""), "sha256").hexdigest()


def check_origin(request: Request, own_hosts: frozenset[str]) -> None:
    """Refuse a form that the browser says came from elsewhere, or of which it says nothing.

    own_hosts: hosts with their ports, by which browsers reach this server.
    Raises: ForeignForm.
    """
    site = request.get_header("sec-fetch-site")
    if site is not None and site != "same-origin":
        raise ForeignForm
    origin = request.get_header("origin")
    if origin is None:
        if site is None:
            raise ForeignForm
        return
    try:
        host = urlsplit(origin).netloc.lower()
    except ValueError:
        host = ""
    if not host or host not in own_hosts:
        raise ForeignForm


def check_token(expected: str, given: str) -> None:
    """Refuse a form without the token of this browser. Raises: StaleForm."""
    if not hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace")):
        raise StaleForm
