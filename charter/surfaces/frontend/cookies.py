"""The cookies that this API sets, and the origins whose pages may call it."""

from charter.core.clients.state import BrowserState
from charter.core.instances.model import Instance
from charter.core.instances.origins import is_allowed_origin, parsed
from charter.core.sessions.cookies import client_cookie, cookie_domain, updated_cookies
from charter.kernel.platform import Platform
from charter.wire.dialect import Credentials


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
    found = [] if instance.is_development else [*_updated(instance, state, request)]
    if token is not None:
        found.append(client_cookie(instance, token, is_secure=_is_secure(request)))
    return tuple(found)


def of_promise(instance: Instance, token: str, request: Credentials) -> tuple[str, ...]:
    """The cookie of a browser that has no client yet."""
    return (client_cookie(instance, token, is_secure=_is_secure(request)),)


def _updated(
    instance: Instance, state: BrowserState | None, request: Credentials
) -> tuple[str, ...]:
    context = request.context
    forwarded = parsed(context.proxy_url) if getattr(context, "proxy_url", None) else None
    host = None if forwarded is None else str(forwarded.hostname)
    domain = getattr(context, "satellite", None) or cookie_domain(instance, host)
    has_session = state is not None and bool(state.sessions)
    updated_at = state.client.updated_at if state is not None and has_session else None
    return updated_cookies(instance, updated_at, domain)


def _is_secure(request: Credentials) -> bool:
    return getattr(request, "forwarded_scheme", "http") == "https"
