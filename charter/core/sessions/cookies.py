"""The cookies in which an app's pages carry session tokens."""

import base64
import hashlib
from datetime import datetime

from charter.core.instances.model import Instance
from charter.core.keys.model import publishable_key

SESSION_COOKIE = "__session"
SUFFIX_LENGTH = 8


def suffix(instance: Instance) -> str:
    """What tells the cookies of several instances on one site apart.

    Source: the first characters of base64url(SHA-1(publishable key)); clients derive it alike.
    """
    key = publishable_key(instance.environment.mark, instance.frontend_host)
    hashed = hashlib.sha1(key.encode(), usedforsecurity=False).digest()
    return base64.urlsafe_b64encode(hashed).decode()[:SUFFIX_LENGTH]


def session_cookies(
    instance: Instance, jwt: str, expire_at: datetime, now: datetime, *, is_suffixed: bool
) -> tuple[str, ...]:
    """Complete Set-Cookie values that hold a session token until its session's end.

    The browser's scripts read and renew them, so they are not HttpOnly. In development the app
    may be served without TLS, where a Secure cookie would be lost.
    """
    lifetime_seconds = max(0, int((expire_at - now).total_seconds()))
    attributes = f"Path=/; Max-Age={lifetime_seconds}; SameSite=Lax"
    if not instance.is_development:
        attributes += "; Secure"
    names = [SESSION_COOKIE]
    if is_suffixed:
        names.append(f"{SESSION_COOKIE}_{suffix(instance)}")
    return tuple(f"{name}={jwt}; {attributes}" for name in names)
