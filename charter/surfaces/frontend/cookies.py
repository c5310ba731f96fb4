"""The cookies that this API sets, and the origins whose pages may call it."""

from charter.core.clients.state import BrowserState
from charter.core.instances.model import Instance
from charter.core.instances.origins import is_allowed_origin
from charter.core.sessions.cookies import client_cookie, suffix
from charter.kernel.platform import Platform
from charter.wire.dialect import Credentials

LIFETIME_SECONDS = 400 * 24 * 3600
"""The longest that browsers keep a cookie (RFC 6265bis, section 5.5)."""
UPDATED = "__client_uat"


def is_welcome(platform: Platform, instance: Instance, origin: str | None) -> bool:
    """Whether pages of an origin may call: in development any, else those that are configured."""
    if origin is None or instance.is_development:
        return True
    return is_allowed_origin(instance, platform.addresses, origin)


def of_client(
    instance: Instance, token: str | None, state: BrowserState | None, request: Credentials
) -> tuple[str, ...]:
    """The cookies after a change: the client's token, and in production when it changed last.

    The token's cookie comes last: a proxy of existing clients hands on the last one alone.
    """
    satellite: str | None = getattr(request.context, "satellite", None)
    found = [] if instance.is_development else _updated(instance, state, satellite)
    if token is not None:
        found.append(client_cookie(instance, token, is_secure=_is_secure(request)))
    return tuple(found)


def of_promise(instance: Instance, token: str, request: Credentials) -> tuple[str, ...]:
    """The cookie of a browser that has no client yet."""
    return (client_cookie(instance, token, is_secure=_is_secure(request)),)


def _updated(instance: Instance, state: BrowserState | None, satellite: str | None) -> list[str]:
    has_session = state is not None and bool(state.sessions)
    seconds = int(state.client.updated_at.timestamp()) if state is not None and has_session else 0
    domain = satellite or _domain(instance.frontend_host)
    attributes = f"; Path=/; Domain={domain}; Max-Age={LIFETIME_SECONDS}; SameSite=Lax; Secure"
    names = (UPDATED, f"{UPDATED}_{suffix(instance)}")
    return [f"{name}={seconds}{attributes}" for name in names]


def _domain(host: str) -> str:
    """The domain that the app shares with the Frontend API: its host without the first label."""
    name = host.partition(":")[0]
    rest = name.partition(".")[2]
    return rest if "." in rest else name


def _is_secure(request: Credentials) -> bool:
    return getattr(request, "forwarded_scheme", "http") == "https"
