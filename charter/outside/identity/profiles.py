"""Reads out of a provider's answer who somebody is; everything in it may be missing or forged."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec

from charter.core.email_addresses.model import EmailAddressInvalid
from charter.core.email_addresses.normal_form import address_key
from charter.core.identity_providers.description import AddressList, Description
from charter.core.identity_providers.model import (
    OutsideIdentity,
    ProfileFailed,
    RenewedTokens,
)

MAX_SUBJECT = 255
"""Source: OpenID Connect Core 1.0, section 2."""
MAX_TEXT = 255
MAX_URL = 2048
LONGEST_TOKEN = 16_384
MAX_LIFETIME_SECONDS = 10 * 365 * 24 * 3600


def at_path(document: Any, path: str) -> Any:
    """What stands at a path whose steps are parted by dots; None where it does not lead on.

    A name that holds dots itself, such as that of a claim that is an address, is found whole.
    """
    if isinstance(document, Mapping) and path in document:
        return document[path]
    for step in path.split("."):
        if not isinstance(document, Mapping):
            return None
        document = document.get(step)
    return document


def identity(
    description: Description,
    profile: Mapping[str, Any],
    *,
    issuer: str,
    tokens: Mapping[str, Any],
    addresses: Any,
    at: datetime,
) -> OutsideIdentity:
    """Who somebody is. Raises: ProfileFailed, without a subject."""

    def said(name: str) -> Any:
        path = description.claims.get(name)
        return at_path(profile, path) if path else None

    subject = said("subject")
    if isinstance(subject, int) and not isinstance(subject, bool):
        subject = str(subject)
    if not isinstance(subject, str) or not 1 <= len(subject) <= MAX_SUBJECT or not _clean(subject):
        raise ProfileFailed(reason="subject")
    address, is_verified = said("email"), said("email_verified")
    is_proven = any(is_verified is yes or _equal(is_verified, yes) for yes in description.is_true)
    if description.addresses is not None:
        address, is_proven = _chosen(description.addresses, addresses)
    address = _address(address)
    return OutsideIdentity(
        issuer=issuer,
        subject=subject,
        email_address=address,
        is_email_verified=address is not None and is_proven,
        first_name=_text(said("first_name")),
        last_name=_text(said("last_name")),
        username=_text(said("username")),
        image_url=_url(said("image_url")),
        scopes=_scopes(tokens.get("scope"), description),
        access_token=_token(tokens.get("access_token")),
        refresh_token=_token(tokens.get("refresh_token")),
        token_expires_at=_expiry(tokens.get("expires_in"), at),
    )


def renewed_tokens(tokens: Mapping[str, Any], at: datetime) -> RenewedTokens:
    """What a provider gave in place of ended tokens. Raises: ProfileFailed, without a token."""
    access = _token(tokens.get("access_token"))
    if access is None:
        raise ProfileFailed(reason="access_token")
    refresh = _token(tokens.get("refresh_token"))
    return RenewedTokens(access, refresh, _expiry(tokens.get("expires_in"), at))


def with_person(profile: dict[str, Any], person: str | None) -> dict[str, Any]:
    """A profile with the name that Apple sends beside the token, once and unsigned."""
    try:
        name = msgspec.json.decode(person or "{}", type=dict[str, Any]).get("name")
    except msgspec.MsgspecError:
        return profile
    if not isinstance(name, dict):
        return profile
    given = {"given_name": name.get("firstName"), "family_name": name.get("lastName")}
    return {**given, **profile}


def _equal(said: Any, yes: object) -> bool:
    """Whether a value is this one, of the same type: 1 is not true unless it says so."""
    return type(said) is type(yes) and said == yes


def _chosen(where: AddressList, answer: Any) -> tuple[Any, bool]:
    """The primary address of a list, and whether it is proven."""
    items = at_path(answer, where.items) if where.items else answer
    for item in items if isinstance(items, list) else ():
        if isinstance(item, Mapping) and item.get(where.is_primary) is True:
            return item.get(where.email), item.get(where.is_verified) is True
    return None, False


def _clean(text: str) -> bool:
    return text.isprintable()


def _text(given: Any) -> str | None:
    """A short text on one line, or None."""
    if not isinstance(given, str):
        return None
    trimmed = given.strip()
    return trimmed[:MAX_TEXT] if trimmed and _clean(trimmed) else None


def _address(given: Any) -> str | None:
    if not isinstance(given, str):
        return None
    try:
        address_key(given)
    except EmailAddressInvalid:
        return None
    return given.strip()


def _url(given: Any) -> str | None:
    is_link = isinstance(given, str) and given.startswith("https://") and len(given) <= MAX_URL
    return given if is_link and _clean(given) else None


def _scopes(given: Any, description: Description) -> str:
    if isinstance(given, str) and len(given) <= MAX_URL and _clean(given):
        return " ".join(given.replace(",", " ").split())
    # Left out, it is what was asked for (RFC 6749, section 5.1).
    return " ".join(description.scopes)


def _token(given: Any) -> str | None:
    return given if isinstance(given, str) and 0 < len(given) <= LONGEST_TOKEN else None


def _expiry(given: Any, at: datetime) -> datetime | None:
    if isinstance(given, str) and given.isdigit():
        given = int(given)
    if isinstance(given, bool) or not isinstance(given, int):
        return None
    return at + timedelta(seconds=given) if 0 < given <= MAX_LIFETIME_SECONDS else None
