"""What a person may let an OAuth application know and do."""

from collections.abc import Iterable

from charter.kernel.errors import InvalidInput

OPENID = "openid"
PROFILE = "profile"
EMAIL = "email"
PUBLIC_METADATA = "public_metadata"
PRIVATE_METADATA = "private_metadata"
OFFLINE_ACCESS = "offline_access"
ORGANIZATION = "user:org:read"
SCOPES = (
    OPENID,
    PROFILE,
    EMAIL,
    PUBLIC_METADATA,
    PRIVATE_METADATA,
    OFFLINE_ACCESS,
    ORGANIZATION,
)
"""All there are, in the order in which they are shown."""
DEFAULT = (PROFILE, EMAIL)
LONGEST = 1024


def split(text: str) -> tuple[str, ...]:
    """The scopes in a text, each once, in its order. Source: RFC 6749, section 3.3."""
    return tuple(dict.fromkeys(each for each in text.split(" ") if each))


def ordered(scopes: Iterable[str]) -> tuple[str, ...]:
    """Scopes in the order in which they are shown; those of an app itself come last."""
    given = tuple(dict.fromkeys(scopes))
    own = (each for each in given if each not in SCOPES)
    return (*(each for each in SCOPES if each in given), *own)


def checked(
    text: str | None, default: Iterable[str] | None, *, parameter: str = "scopes"
) -> tuple[str, ...]:
    """What an application may ask for: these, or the instance's own default, or `profile email`.

    default: of the instance's settings.
    Raises: InvalidInput, for one that there is not.
    """
    if text is None or not text.strip():
        return DEFAULT if default is None else tuple(default)
    if len(text) > LONGEST:
        raise InvalidInput(parameter, reason=f"it must not exceed {LONGEST} characters")
    given = split(text)
    if not frozenset(SCOPES).issuperset(given):
        raise InvalidInput(parameter, reason=f"each must be one of {', '.join(SCOPES)}")
    return given
