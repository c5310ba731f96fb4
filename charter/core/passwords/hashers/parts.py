"""The pieces that digests are made of, read strictly and with an end to what they may cost."""

import base64
import hmac
import re
from typing import Protocol

MAXIMUM_PASSWORD_BYTES = 4096
"""A longer password matches nothing and is not hashed: the longest that can be set is shorter."""

MAXIMUM_DIGEST_LENGTH = 4096
MINIMUM_HASH_BYTES = 16
MAXIMUM_HASH_BYTES = 1024

_HEX = re.compile(r"(?:[0-9a-fA-F]{2})+")
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")
_URL_SAFE = str.maketrans("-_", "+/")


class Malformed(ValueError):
    """A text is not a digest of the hasher it was given for, or costs too much to check."""


class Digest(Protocol):
    """An imported digest that has been read and whose cost is bounded."""

    def matches(self, password: str) -> bool:
        """Whether the password is the one the digest was made of."""
        ...


def require(condition: object) -> None:
    """Refuse the digest unless the condition holds.

    Raises: Malformed.
    """
    if not condition:
        raise Malformed


def groups(pattern: re.Pattern[str], text: str) -> tuple[str, ...]:
    """The groups of a pattern that fits the whole text; one that took no part is empty.

    Raises: Malformed, when it does not fit.
    """
    match = pattern.fullmatch(text)
    if match is None:
        raise Malformed
    return match.groups(default="")


def hex_bytes(text: str) -> bytes:
    """The bytes of a text in hexadecimal digits, of either case.

    Raises: Malformed.
    """
    require(_HEX.fullmatch(text))
    return bytes.fromhex(text)


def base64_bytes(text: str) -> bytes:
    """The bytes of a text in base64, in the standard or the URL-safe alphabet, padded or not.

    Raises: Malformed.
    """
    text = text.translate(_URL_SAFE)
    require(_BASE64.fullmatch(text))
    bare = text.rstrip("=")
    require(len(bare) % 4 != 1)
    return base64.b64decode(bare + "=" * (-len(bare) % 4))


def hash_bytes(value: bytes) -> bytes:
    """A hash of a sensible length: a short one would match too many passwords.

    Raises: Malformed.
    """
    require(MINIMUM_HASH_BYTES <= len(value) <= MAXIMUM_HASH_BYTES)
    return value


def text_bytes(text: str) -> bytes:
    """A text in UTF-8, every character counted; a lone surrogate has bytes of its own."""
    return text.encode("utf-8", "surrogatepass")


def equal(first: bytes, second: bytes) -> bool:
    """Whether two values are equal, in a time that does not tell where they differ."""
    return hmac.compare_digest(first, second)
