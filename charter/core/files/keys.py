"""What a key, a type, a checksum and metadata may be."""

import base64
import binascii
import re
import unicodedata
from collections.abc import Mapping

from charter.core.files.model import LARGEST_BYTES, LARGEST_WHOLE_BYTES, FileTooLarge, NewFile
from charter.kernel.errors import InvalidInput
from charter.kernel.patch import metadata

LONGEST_KEY_BYTES = 1024
_TYPE = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+/[!#$%&'*+.^_`|~0-9A-Za-z-]+(;[ -~]*)?")
_LONGEST_TYPE = 255


def check_key(key: str, parameter: str = "key") -> None:
    """Refuse what no key can be. Raises: InvalidInput."""
    check_text(key, parameter)
    if not 1 <= len(key.encode()) <= LONGEST_KEY_BYTES:
        raise InvalidInput(parameter, reason=f"it must have 1 to {LONGEST_KEY_BYTES} bytes")
    if "\\" in key or any(unicodedata.category(each) == "Cc" for each in key):
        reason = "it must not have backslashes or control characters"
        raise InvalidInput(parameter, reason=reason)
    if any(segment in ("", ".", "..") for segment in key.split("/")):
        reason = "no part of it between slashes may be empty, `.` or `..`"
        raise InvalidInput(parameter, reason=reason)


def check_text(given: str, parameter: str) -> None:
    """Refuse what the database cannot hold. Raises: InvalidInput."""
    try:
        given.encode()
    except UnicodeEncodeError:
        raise InvalidInput(parameter, reason="it must be valid Unicode") from None
    if "\0" in given:
        raise InvalidInput(parameter, reason="a text cannot hold the character NUL")


def check_new(new: NewFile, *, in_parts: bool) -> None:
    """Refuse what cannot be written. Raises: InvalidInput; FileTooLarge; TooLarge."""
    check_key(new.key)
    if len(new.content_type) > _LONGEST_TYPE or _TYPE.fullmatch(new.content_type) is None:
        raise InvalidInput("content_type", reason="it must be a media type such as image/png")
    least, limit = (1, LARGEST_BYTES) if in_parts else (0, LARGEST_WHOLE_BYTES)
    if new.size < least:
        raise InvalidInput("size", reason=f"it must be {least} or more")
    if new.size > limit:
        raise FileTooLarge(limit=limit)
    if new.checksum_sha256 is not None:
        read_checksum(new.checksum_sha256)
    check_metadata(new.metadata)


def check_metadata(given: Mapping[str, str]) -> None:
    """Refuse what is no map of texts. Raises: InvalidInput; TooLarge."""
    for name, value in given.items():
        check_text(name, "metadata")
        check_text(value, "metadata")
    metadata(given)


def read_checksum(given: str, parameter: str = "checksum_sha256") -> bytes:
    """The 32 bytes of a checksum, from base64. Raises: InvalidInput."""
    try:
        found = base64.b64decode(given, validate=True)
    except (binascii.Error, ValueError):
        found = b""
    # Written anew, so that each checksum has one form alone.
    if len(found) != 32 or base64.b64encode(found).decode() != given:
        raise InvalidInput(parameter, reason="it must be 32 bytes in base64")
    return found
