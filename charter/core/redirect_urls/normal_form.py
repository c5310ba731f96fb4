"""The one form by which redirect URLs are compared: what browsers read in them."""

import re

from ada_url import URL

from charter.core.redirect_urls.model import RedirectUrlInvalid

MAX_LENGTH = 2048
APP_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:")
UNSAFE = re.compile(r"[\s\x00-\x1f\x7f-\x9f\\<>\"'`]")
REFUSED = frozenset(
    {
        "about:",
        "blob:",
        "chrome:",
        "data:",
        "file:",
        "filesystem:",
        "ftp:",
        "intent:",
        "javascript:",
        "vbscript:",
        "view-source:",
        "ws:",
        "wss:",
    }
)
"""Schemes that belong to no app: a browser runs or opens by itself what they name."""


def href_of(url: str) -> str | None:
    """What a browser reads in an absolute address; None where it reads none."""
    try:
        return str(URL(url).href)
    except ValueError:
        return None


def checked_redirect_url(url: str, *, may_be_plain: bool) -> str:
    """What a browser reads in an address that people may be sent back to.

    url: `https://…`, or with a scheme that is an app's own, as in `my-app://callback`.
    may_be_plain: whether http is taken too.
    Raises: RedirectUrlInvalid.
    """
    if len(url) > MAX_LENGTH:
        raise RedirectUrlInvalid(reason=f"must not exceed {MAX_LENGTH} characters")
    if "://" not in url or UNSAFE.search(url):
        raise RedirectUrlInvalid(reason="must be an absolute address such as https://example.com/a")
    try:
        found = URL(url)
    except ValueError:
        raise RedirectUrlInvalid(reason="is no address that a browser can open") from None
    if found.username or found.password:
        raise RedirectUrlInvalid(reason="must not hold a user name")
    if found.protocol == "http:" and not may_be_plain:
        raise RedirectUrlInvalid(reason="must begin with https:// or with an app's own scheme")
    if found.protocol in REFUSED or not APP_SCHEME.fullmatch(found.protocol):
        raise RedirectUrlInvalid(reason=f"must not have the scheme {found.protocol}")
    return str(found.href)
