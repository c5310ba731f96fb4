"""What a client's tokens are like: how long they live, and how a browser keeps them."""

from collections.abc import Mapping
from typing import Any

from charter.core.account_clients.model import (
    ACCESS_SECONDS,
    LONGEST_ACCESS_SECONDS,
    LONGEST_REFRESH_SECONDS,
    REFRESH_SECONDS,
)
from charter.core.oauth_applications.model import OauthApplication
from charter.kernel.errors import InvalidInput

TOKENS = ("access", "refresh", "id")
COOKIE_OPTIONS: Mapping[str, Any] = {"http_only": True, "secure": True, "same_site": "lax"}
"""How a browser keeps a token where nothing else is said."""
SAME_SITE = ("lax", "strict", "none")
_LONGEST = {
    "access": LONGEST_ACCESS_SECONDS,
    "refresh": LONGEST_REFRESH_SECONDS,
    "id": LONGEST_ACCESS_SECONDS,
}
_USUAL = {"access": ACCESS_SECONDS, "refresh": REFRESH_SECONDS, "id": ACCESS_SECONDS}


def seconds_of(client: OauthApplication, token: str) -> int:
    """How long such a token of a client lives. token: one of TOKENS."""
    said = client.token_settings.get(token) or {}
    return int(said.get("expires_in", _USUAL[token]))


def cookie_options_of(client: OauthApplication, token: str) -> dict[str, Any]:
    """How a browser keeps such a token of a client: `http_only`, `secure`, `same_site`."""
    said = client.token_settings.get(token) or {}
    return {**COOKIE_OPTIONS, **said.get("cookie_options", {})}


def checked(token: str, given: Mapping[str, Any], *, parameter: str) -> dict[str, Any]:
    """Settings of a kind of token as they are kept. Raises: InvalidInput."""
    if not given.keys() <= {"expires_in", "cookie_options"}:
        raise InvalidInput(parameter, reason="it holds expires_in and cookie_options alone")
    found: dict[str, Any] = {}
    seconds = given.get("expires_in")
    if seconds is not None:
        if type(seconds) is not int or not 60 <= seconds <= _LONGEST[token]:
            reason = f"expires_in must be from 60 to {_LONGEST[token]} seconds"
            raise InvalidInput(parameter, reason=reason)
        found["expires_in"] = seconds
    options = given.get("cookie_options")
    if options is not None:
        found["cookie_options"] = _checked_options(options, parameter)
    return found


def _checked_options(given: Any, parameter: str) -> dict[str, Any]:
    if not isinstance(given, Mapping) or not given.keys() <= COOKIE_OPTIONS.keys():
        reason = f"cookie_options holds {', '.join(COOKIE_OPTIONS)} alone"
        raise InvalidInput(parameter, reason=reason)
    found = {name: value for name, value in given.items() if value is not None}
    if any(type(found.get(name, True)) is not bool for name in ("http_only", "secure")):
        raise InvalidInput(parameter, reason="http_only and secure must be true or false")
    if found.get("same_site", "lax") not in SAME_SITE:
        raise InvalidInput(parameter, reason=f"same_site must be one of {', '.join(SAME_SITE)}")
    if found.get("same_site") == "none" and found.get("secure") is False:
        raise InvalidInput(parameter, reason="browsers keep same_site none only if it is secure")
    return found
