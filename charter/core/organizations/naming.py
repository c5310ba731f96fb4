"""What an organization may be called, and the slug that stands for it in addresses."""

import re
import secrets
import unicodedata

from charter.kernel.errors import InvalidInput

MAX_LENGTH = 256
_SLUG = re.compile(r"[a-z0-9-]+")
_MARKUP = re.compile(r"<[^>]*>")
_PAGE = re.compile(r"(?:https?|ftp)://|\bwww\.", re.IGNORECASE)
# What shows text in another order than it is written, so that it can pose as another.
_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_GAPS = re.compile(r"[^a-z0-9]+")
_NUMBER = re.compile(r"[0-9]+")
RESERVED = frozenset({"$count", "signup", ".", ".."})
"""What stands for something else where the name of an organization may stand."""


def checked_name(name: str, parameter: str = "name") -> str:
    """The name without blanks around it.

    Names stand in mail and on pages, so neither markup nor links may hide in one.
    Raises: InvalidInput.
    """
    trimmed = name.strip()
    if not trimmed:
        raise InvalidInput(parameter, reason="it must not be empty")
    if len(trimmed) > MAX_LENGTH:
        raise InvalidInput(parameter, reason=f"it must not exceed {MAX_LENGTH} characters")
    kinds = {unicodedata.category(character) for character in trimmed}
    if not kinds.isdisjoint({"Cc", "Cs"}) or not _TURNS.isdisjoint(trimmed):
        raise InvalidInput(parameter, reason="it must not contain control characters")
    if all(kind[0] in "CZ" for kind in kinds):
        raise InvalidInput(parameter, reason="it must contain a character that can be seen")
    if _MARKUP.search(trimmed) or _PAGE.search(trimmed):
        raise InvalidInput(parameter, reason="it must not contain URLs or HTML")
    return trimmed


def checked_slug(slug: str, parameter: str = "slug") -> str:
    """The slug, if it is one: lower-case letters, digits and dashes. Raises: InvalidInput."""
    if len(slug) > MAX_LENGTH:
        raise InvalidInput(parameter, reason=f"it must not exceed {MAX_LENGTH} characters")
    if not _SLUG.fullmatch(slug):
        reason = "it may contain only lowercase letters, digits and the dash"
        raise InvalidInput(parameter, reason=reason)
    return slug


def claimable(name: str, parameter: str = "name") -> str:
    """The name in Unicode's composed form, if it may be claimed.

    It has to stand for its organization in an address, beside numbers and fixed words.
    Raises: InvalidInput.
    """
    if name != name.strip():
        raise InvalidInput(parameter, reason="it must not begin or end with a blank")
    composed = unicodedata.normalize("NFC", checked_name(name, parameter))
    if len(composed) > MAX_LENGTH:  # a few characters are longer when they are composed
        raise InvalidInput(parameter, reason=f"it must not exceed {MAX_LENGTH} characters")
    if _NUMBER.fullmatch(composed):
        raise InvalidInput(parameter, reason="it must not be a number")
    if composed.casefold() in RESERVED:
        raise InvalidInput(parameter, reason="it is a reserved word")
    if "/" in composed:
        raise InvalidInput(parameter, reason="it must not contain a slash")
    if any(unicodedata.category(character) in ("Zl", "Zp") for character in composed):
        raise InvalidInput(parameter, reason="it must stand on one line")
    return composed


def folded(name: str) -> str:
    """The form in which a claimed name is unique: composed, without regard to case."""
    # Folding can undo composition, so the form is taken once more.
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def composed_name(name: str) -> str | None:
    """The form in which a name is looked up; None for what is nobody's name."""
    try:
        return unicodedata.normalize("NFC", name) if checked_name(name) == name else None
    except InvalidInput:
        return None


def slug_of(name: str) -> str:
    """A slug made from a name; `organization` where no letter of it can be written in one."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return _GAPS.sub("-", plain).strip("-")[:64].strip("-") or "organization"


def next_slug(slug: str) -> str:
    """The slug with a random ending, for when it is taken."""
    return f"{slug}-{secrets.randbelow(10**8):08d}"


def search_text(name: str, slug: str | None) -> str:
    """What a free-text search looks through."""
    return f"{name}\n{slug or ''}".lower()
