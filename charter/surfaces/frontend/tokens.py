"""Where a browser or phone carries its client's token, and which session it acts in."""

from charter.core.external_accounts.native import NONCE
from charter.core.instances.model import Instance
from charter.core.sessions.cookies import CLIENT_COOKIE
from charter.wire.dialect import Credentials, only_cookie

DEV_BROWSER = "__clerk_db_jwt"
SESSION = "_clerk_session_id"
LONGEST = 4096


def is_native(request: Credentials) -> bool:
    """Whether an app on a phone or a desktop asks, which keeps no cookies."""
    return bool(request.params.get("_is_native"))


def nonce_of(request: Credentials) -> str | None:
    """What a provider's answer waits under, where an app on a phone shows it."""
    return _text(request, NONCE) or None if is_native(request) else None


def held_token(request: Credentials, instance: Instance) -> str | None:
    """The token of the client: of a phone, of a development browser, or of the cookie."""
    if is_native(request):
        given = (request.get_header("authorization") or "").removeprefix("Bearer ").strip()
        return given[:LONGEST] or None
    if instance.is_development:
        found = _text(request, DEV_BROWSER)
        if found:
            return found[:LONGEST]
    return cookie_token(request)


def cookie_token(request: Credentials) -> str | None:
    """The token of the client's cookie; None where the browser sends several."""
    return (only_cookie(request, CLIENT_COOKIE) or "")[:LONGEST] or None


def session_id_of(request: Credentials, mount: str) -> str | None:
    """The session that acts. Paths of the client and the waitlist know none."""
    path = request.path.removeprefix(mount)
    if path.startswith(("/client", "/waitlist")):
        return None
    return _text(request, SESSION) or None


def _text(request: Credentials, name: str) -> str | None:
    given = request.params.get(name)
    if isinstance(given, list):
        given = given[-1]
    return given if isinstance(given, str) and "\x00" not in given else None
