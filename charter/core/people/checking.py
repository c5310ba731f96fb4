"""What may be kept of a person: every text is checked here, wherever it comes from."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from charter.core.users.texts import check_storable
from charter.kernel.errors import InvalidInput

LONGEST = {
    "user_name": 255,
    "display_name": 256,
    "preferred_language": 255,
    "avatar_url": 2048,
    "timezone": 64,
}
"""Characters."""
# RFC 5646, section 2.1: the form of a tag; whether somebody speaks it is not asked.
_TAG = re.compile(r"[A-Za-z]{1,8}([-_][A-Za-z0-9]{1,8}){0,8}")
# RFC 9110, section 12.5.4: several tags, each with a weight, as directories send them.
_LANGUAGES = re.compile(rf"{_TAG.pattern}(\s*;\s*q=[01](\.\d{{1,3}})?)?")


def checked(given: Mapping[str, Any]) -> dict[str, Any]:
    """Texts of a person by name, an empty one as None. Raises: InvalidInput."""
    check_storable(given)
    found = {
        name: (value.strip() or None) if isinstance(value, str) else value
        for name, value in given.items()
    }
    for name, longest in LONGEST.items():
        if len(found.get(name) or "") > longest:
            raise InvalidInput(name, reason=f"it must not exceed {longest} characters")
    _check_languages(found)
    zone = found.get("timezone")
    if zone is not None and zone not in available_timezones():
        raise InvalidInput("timezone", reason="it must be a time zone such as Europe/Paris")
    _check_avatar(found.get("avatar_url"))
    return found


def _check_languages(given: Mapping[str, Any]) -> None:
    locale = given.get("locale")
    if locale is not None and not _TAG.fullmatch(locale):
        raise InvalidInput("locale", reason="it must be a language tag such as fr-FR")
    several = given.get("preferred_language")
    if several is None:
        return
    if not all(_LANGUAGES.fullmatch(each.strip()) for each in several.split(",")):
        reason = "it must be a language tag such as fr-FR, or several with weights"
        raise InvalidInput("preferred_language", reason=reason)


def _check_avatar(url: str | None) -> None:
    if url is None:
        return
    reason = "it must be the https address of a picture"
    try:
        parts = urlsplit(url)
        is_fine = parts.scheme == "https" and bool(parts.hostname) and parts.username is None
    except ValueError as mistake:
        raise InvalidInput("avatar_url", reason=reason) from mistake
    if not is_fine or any(character.isspace() for character in url):
        raise InvalidInput("avatar_url", reason=reason)
