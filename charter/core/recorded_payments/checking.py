"""What a recorded payment may be made of."""

import re
from typing import Any

import msgspec

from charter.core.money import ISO_4217, MOST
from charter.core.recorded_payments.model import (
    LONGEST_EXTERNAL_ID,
    LONGEST_METADATA_VALUE,
    MOST_DATA_BYTES,
    MOST_METADATA_KEYS,
)
from charter.kernel.errors import InvalidInput
from charter.kernel.patch import metadata as checked_json

_UNSHOWN = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def checked_price(amount: int, currency: str) -> tuple[int, str]:
    """An amount with its currency in capitals. Raises: InvalidInput."""
    if not 1 <= amount <= MOST:
        raise InvalidInput("amount", reason=f"it must be from 1 to {MOST}")
    code = currency.upper()
    if code not in ISO_4217:
        raise InvalidInput("currency", reason="it must be a code of ISO 4217, such as usd")
    return amount, code


def checked_name(name: str | None, parameter: str) -> str | None:
    """What something is called outside. Raises: InvalidInput."""
    if name is None:
        return None
    if not 1 <= len(name) <= LONGEST_EXTERNAL_ID or name.strip() != name or _UNSHOWN.search(name):
        raise InvalidInput(
            parameter,
            reason=f"it must have 1 to {LONGEST_EXTERNAL_ID} characters, without space around them",
        )
    return name


def checked_data(data: Any) -> Any:
    """Any JSON, up to 64 KiB. Raises: InvalidInput; TooLarge."""
    if data is None:
        return None
    checked_json({"data": data}, parameter="external_data", limit_bytes=MOST_DATA_BYTES)
    return msgspec.to_builtins(data)


def checked_metadata(given: dict[str, Any]) -> dict[str, str]:
    """Texts by texts. Raises: InvalidInput; TooLarge."""
    if len(given) > MOST_METADATA_KEYS:
        raise InvalidInput("metadata", reason=f"it has at most {MOST_METADATA_KEYS} keys")
    for key, value in given.items():
        if not isinstance(value, str):
            raise InvalidInput("metadata", reason="its values are texts")
        if not key or len(value) > LONGEST_METADATA_VALUE:
            raise InvalidInput(
                "metadata", reason=f"its values have at most {LONGEST_METADATA_VALUE} characters"
            )
    return checked_json(given)
