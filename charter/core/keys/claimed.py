"""What a token says of itself before it is verified: enough to find its keys, never believed."""

import base64
from typing import Any

import msgspec

from charter.kernel.ids import is_id
from charter.kernel.tokens import MAXIMUM_TOKEN_LENGTH

INSTANCE_ID_LENGTH = len("ins_") + 27


def claimed_header(token: str) -> dict[str, Any]:
    """The header of a token; empty where it cannot be read."""
    return _part(token, 0)


def claimed_payload(token: str) -> dict[str, Any]:
    """The payload of a token; empty where it cannot be read."""
    return _part(token, 1)


def claimed_instance(token: str) -> str | None:
    """The instance whose key a token names, as key ids begin with it; None where it names none."""
    kid = claimed_header(token).get("kid")
    if not isinstance(kid, str):
        return None
    instance_id = kid[:INSTANCE_ID_LENGTH]
    return instance_id if is_id("ins_", instance_id) else None


def _part(token: str, index: int) -> dict[str, Any]:
    if len(token) > MAXIMUM_TOKEN_LENGTH:
        return {}
    parts = token.split(".")
    if len(parts) != 3:
        return {}
    try:
        text = base64.urlsafe_b64decode(parts[index] + "=" * (-len(parts[index]) % 4))
        read = msgspec.json.decode(text)
    except (ValueError, RecursionError, msgspec.DecodeError):
        return {}
    return read if isinstance(read, dict) else {}


def is_signed_form(text: str) -> bool:
    """Whether a text has the three parts of a signed token rather than those of a secret."""
    return text.count(".") == 2
