"""What a client may be made of: every value checked and in the form in which it is kept."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from charter.core.account_clients import proofs, settings
from charter.core.account_clients.model import (
    CODE,
    GRANT_TYPES,
    OF_CONFIDENTIAL,
    REFRESH,
    TOKEN_EXCHANGE,
)
from charter.core.instances.origins import checked_origin
from charter.core.oauth_applications import making
from charter.core.oauth_applications.model import OauthApplication
from charter.core.oauth_applications.scopes import split
from charter.kernel.errors import InvalidInput

MOST = 50
LONGEST = 512
LONGEST_SCOPES = 4096
MOST_SCOPES = 100
SCOPE = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]{1,128}")
"""A scope token. Source: RFC 6749, section 3.3."""
ISSUER = re.compile(r"[!-~]{1,512}")
USUAL_SCOPES = ("openid", "profile", "email", "offline_access")
USUAL_CONFIDENTIAL = (CODE, REFRESH, "client_credentials", TOKEN_EXCHANGE)
USUAL_PUBLIC = (CODE, REFRESH, TOKEN_EXCHANGE)


def name(text: Any) -> str:
    """The name that people see. Raises: InvalidInput."""
    return making.checked_name(_text(text, "name"))


def redirect_uris(given: Sequence[str] | None) -> list[str]:
    """Where people may be sent back to. Raises: InvalidInput."""
    return list(making.checked_uris(given or (), None) or ())


def allowed_origins(given: Sequence[str] | None) -> list[str]:
    """Where a client's pages are. Raises: InvalidInput."""
    found = []
    for each in _few(given, "allowed_origins"):
        origin = checked_origin(each)
        if origin is None:
            reason = "each must be an origin such as https://app.acme.com, without a path"
            raise InvalidInput("allowed_origins", reason=reason)
        found.append(origin)
    return list(dict.fromkeys(found))


def issuer(text: str | None) -> str | None:
    """Who its tokens say they are from. Raises: InvalidInput. Source: RFC 8414, section 2."""
    if text is None:
        return None
    try:
        parts = urlsplit(text)
        is_fit = ISSUER.fullmatch(text) is not None and bool(parts.hostname)
        is_fit = is_fit and parts.scheme == "https" and "@" not in parts.netloc
        is_fit = is_fit and not ({"?", "#", "\\"} & set(text)) and parts.port != 0
    except ValueError:
        is_fit = False
    if not is_fit:
        raise InvalidInput("issuer", reason="it must be an https address without query or fragment")
    return text


def audience(text: str | None, *, parameter: str = "audience") -> str | None:
    """Whom its tokens are for. Raises: InvalidInput."""
    if text is None:
        return None
    if not 1 <= len(text) <= LONGEST or not text.isprintable():
        reason = f"it must have 1 to {LONGEST} characters, each a visible one"
        raise InvalidInput(parameter, reason=reason)
    return text


def allowed_audiences(given: Sequence[str] | None) -> list[str]:
    """Whom its tokens may be asked to be for. Raises: InvalidInput."""
    found = _few(given, "allowed_audiences")
    for each in found:
        audience(each, parameter="allowed_audiences")
    return list(dict.fromkeys(found))


def allowed_scope(text: str | None) -> list[str]:
    """What it may ask for. Raises: InvalidInput."""
    return list(USUAL_SCOPES) if text is None else _scopes(text, "allowed_scope")


def default_scope(text: str | None) -> list[str]:
    """What it asks for where it names nothing. Raises: InvalidInput."""
    return [] if text is None else _scopes(text, "default_scope")


def grant_types(given: Sequence[str] | None, *, is_public: bool) -> list[str]:
    """How it may come to tokens. Raises: InvalidInput."""
    if given is None:
        return list(USUAL_PUBLIC if is_public else USUAL_CONFIDENTIAL)
    found = list(dict.fromkeys(_few(given, "grant_types")))
    if not frozenset(GRANT_TYPES).issuperset(found):
        raise InvalidInput("grant_types", reason=f"each must be one of {', '.join(GRANT_TYPES)}")
    if is_public and not frozenset(OF_CONFIDENTIAL).isdisjoint(found):
        reason = f"who cannot prove who it is may not have {', '.join(OF_CONFIDENTIAL)}"
        raise InvalidInput("grant_types", reason=reason)
    return found


def token(kind: str) -> Callable[[Mapping[str, Any] | None], dict[str, Any] | None]:
    """What checks the settings of a kind of token."""

    def checked(given: Mapping[str, Any] | None) -> dict[str, Any] | None:
        if given is None:
            return None
        return settings.checked(kind, given, parameter=f"{kind}_token_config")

    return checked


def whole(values: Mapping[str, Any], before: OauthApplication | None) -> None:
    """Check values against one another, as they will be. Raises: InvalidInput."""
    scopes = values.get("scopes", before.scopes if before else ())
    defaults = values.get("default_scopes", before.default_scopes if before else ())
    if not frozenset(scopes).issuperset(defaults):
        raise InvalidInput("default_scope", reason="each must be in allowed_scope too")


CHECKS: Mapping[str, tuple[str, Callable[[Any], Any]]] = {
    "name": ("name", name),
    "redirect_uris": ("redirect_uris", redirect_uris),
    "allowed_origins": ("allowed_origins", allowed_origins),
    "issuer": ("issuer", issuer),
    "audience": ("audience", audience),
    "allowed_audiences": ("allowed_audiences", allowed_audiences),
    "allowed_scope": ("scopes", allowed_scope),
    "default_scope": ("default_scopes", default_scope),
    "jwks": ("jwks", proofs.checked_jwks),
    "trusted_issuers": ("trusted_issuers", proofs.checked_issuers),
}
"""Field of a caller → column, and what checks it."""


def _scopes(text: str, parameter: str) -> list[str]:
    found = split(text)
    if len(text) > LONGEST_SCOPES or len(found) > MOST_SCOPES:
        raise InvalidInput(parameter, reason=f"at most {MOST_SCOPES} scopes")
    if any(SCOPE.fullmatch(each) is None for each in found):
        raise InvalidInput(parameter, reason="each must be visible ASCII without quotes, up to 128")
    return list(found)


def _few(given: Sequence[str] | None, parameter: str) -> list[str]:
    found = [_text(each, parameter) for each in given or ()]
    if len(found) > MOST:
        raise InvalidInput(parameter, reason=f"at most {MOST}")
    return found


def _text(value: Any, parameter: str) -> str:
    if type(value) is not str or "\x00" in value:
        raise InvalidInput(parameter, reason="it must be text")
    return value
