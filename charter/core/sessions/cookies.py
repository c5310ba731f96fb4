"""The cookies in which an app's pages carry session tokens, as complete Set-Cookie values."""

import base64
import hashlib
from datetime import datetime

from charter.core.instance_domains.names import registrable
from charter.core.instances.model import Instance
from charter.core.keys.model import publishable_key

CLIENT_COOKIE = "__client"
SESSION_COOKIE = "__session"
UPDATED_COOKIE = "__client_uat"
REFRESH_COOKIE = "__refresh"
DEV_BROWSER_COOKIE = "__clerk_db_jwt"
SUFFIX_LENGTH = 8
LIFETIME_SECONDS = 400 * 24 * 3600
"""The longest that browsers keep a cookie (RFC 6265bis, section 5.5)."""


def suffix(instance: Instance) -> str:
    """What tells the cookies of several instances on one site apart.

    Source: the first characters of base64url(SHA-1(publishable key)); clients derive it alike.
    """
    key = publishable_key(instance.environment.mark, instance.frontend_host)
    hashed = hashlib.sha1(key.encode(), usedforsecurity=False).digest()
    return base64.urlsafe_b64encode(hashed).decode()[:SUFFIX_LENGTH]


def names(instance: Instance, name: str) -> tuple[str, str]:
    """A cookie's name without and with the suffix."""
    return name, f"{name}_{suffix(instance)}"


def client_cookie(instance: Instance, token: str, *, is_secure: bool) -> str:
    """The cookie that holds the token of a browser's client, out of reach of scripts.

    is_secure: whether the browser came over https; in production it has to.
    """
    secure = "; Secure" if is_secure and instance.is_development else ""
    attributes = _attributes(instance, LIFETIME_SECONDS)
    return f"{CLIENT_COOKIE}={token}; {attributes}; HttpOnly{secure}"


def session_cookies(
    instance: Instance, jwt: str, expire_at: datetime, now: datetime, *, is_suffixed: bool
) -> tuple[str, ...]:
    """The cookies that hold a session token until its session's end.

    The browser's scripts read and renew them, so they are not HttpOnly.
    """
    attributes = _attributes(instance, _seconds_until(expire_at, now))
    plain, suffixed = names(instance, SESSION_COOKIE)
    found = (plain, suffixed) if is_suffixed else (plain,)
    return tuple(f"{name}={jwt}; {attributes}" for name in found)


def no_session_cookies(instance: Instance) -> tuple[str, ...]:
    """The cookies that say that nobody is signed in: empty, and gone at once."""
    attributes = _attributes(instance, 0)
    return tuple(f"{name}=; {attributes}" for name in names(instance, SESSION_COOKIE))


def updated_cookies(
    instance: Instance, updated_at: datetime | None, domain: str | None
) -> tuple[str, ...]:
    """The cookies that say when a client's sessions last changed; 0 when it has none.

    Back ends take a session token that is older than that for stale.
    domain: what the app shares with the Frontend API, so that both write the same cookie.
    """
    seconds = 0 if updated_at is None else int(updated_at.timestamp())
    attributes = _attributes(instance, LIFETIME_SECONDS)
    if domain is not None:
        attributes = f"Domain={domain}; {attributes}"
    return tuple(f"{name}={seconds}; {attributes}" for name in names(instance, UPDATED_COOKIE))


def dev_browser_cookies(instance: Instance, token: str) -> tuple[str, ...]:
    """The cookies by which the pages of an app in development name their browser."""
    attributes = _attributes(instance, LIFETIME_SECONDS)
    return tuple(f"{name}={token}; {attributes}" for name in names(instance, DEV_BROWSER_COOKIE))


def refresh_cookie(instance: Instance, token: str, expire_at: datetime, now: datetime) -> str:
    """The cookie that holds a refresh token, out of reach of scripts; an empty one is gone."""
    seconds = _seconds_until(expire_at, now) if token else 0
    name = names(instance, REFRESH_COOKIE)[1]
    return f"{name}={token}; {_attributes(instance, seconds)}; HttpOnly"


def cookie_domain(instance: Instance, host: str | None = None) -> str | None:
    """The domain of the cookies that all of a site's hosts share; None in development.

    host: that sets the cookie, without a port; that of the Frontend API when left out. The app's
        own scripts set the same cookies for the same domain, so there is one of each.
    """
    if instance.is_development:
        return None
    return registrable(host or instance.frontend_host.partition(":")[0])


def _seconds_until(moment: datetime, now: datetime) -> int:
    return max(0, int((moment - now).total_seconds()))


def _attributes(instance: Instance, seconds: int) -> str:
    """In development the app may be served without TLS, where a Secure cookie would be lost."""
    secure = "" if instance.is_development else "; Secure"
    return f"Path=/; Max-Age={seconds}; SameSite=Lax{secure}"
