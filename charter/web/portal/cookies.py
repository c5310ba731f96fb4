"""The cookies of a browser's client, the same as those of the Frontend API."""

from charter.core.clients.state import BrowserState
from charter.core.sessions.cookies import client_cookie, cookie_domain, updated_cookies
from charter.web.portal.visits import Visit


def browser_cookies(visit: Visit, *, is_secure: bool) -> tuple[str, ...]:
    """Complete Set-Cookie values for a browser whose client got a new token."""
    if visit.client_token is None:
        return ()
    return (client_cookie(visit.instance, visit.client_token, is_secure=is_secure),)


def changed_cookies(visit: Visit, state: BrowserState | None) -> tuple[str, ...]:
    """Complete Set-Cookie values that tell an app when its browser's sessions last changed.

    In development the app's own scripts write them.
    """
    if visit.instance.is_development or not visit.instance.id:
        return ()
    has_session = state is not None and bool(state.sessions)
    updated_at = state.client.updated_at if state is not None and has_session else None
    return updated_cookies(visit.instance, updated_at, cookie_domain(visit.instance))
