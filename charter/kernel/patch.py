"""Partial updates: what was not sent stays, null clears, a value replaces."""

import dataclasses
from collections.abc import Mapping
from enum import Enum
from typing import Any, Literal

import msgspec

from charter.kernel.errors import InvalidInput, TooLarge

MAX_DEPTH = 20
METADATA_BYTES = 8 * 1024


class Unset(Enum):
    """The type of UNSET."""

    UNSET = "unset"

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "UNSET"


UNSET: Literal[Unset.UNSET] = Unset.UNSET
"""The default of a field that a partial update may leave out. None is a value: it clears."""


def changed(patch: Any) -> dict[str, Any]:
    """The fields of a patch dataclass that were set, by name. Null is set."""
    return {
        field.name: value
        for field in dataclasses.fields(patch)
        if (value := getattr(patch, field.name)) is not UNSET
    }


def merge(target: Any, patch: Any, *, parameter: str = "metadata") -> Any:
    """The target with a JSON merge patch applied. Neither is changed.

    Raises: InvalidInput for nesting beyond MAX_DEPTH.
    Source: RFC 7396, section 2.
    """
    return _merge(target, patch, parameter, 0)


def metadata(
    value: Mapping[str, Any], *, parameter: str = "metadata", limit_bytes: int = METADATA_BYTES
) -> dict[str, Any]:
    """The metadata, checked: storable, not too deep, and within its limit as compact JSON.

    Raises: TooLarge; InvalidInput for nesting beyond MAX_DEPTH, text that the database cannot
        hold (NUL, lone surrogates), or numbers that JSON has not.
    """
    _check(value, parameter, 0)
    try:
        size_bytes = len(msgspec.json.encode(value))
    except (OverflowError, ValueError, TypeError) as error:
        raise InvalidInput(parameter, reason="it is not valid JSON") from error
    if size_bytes > limit_bytes:
        raise TooLarge(parameter, limit=limit_bytes, size_bytes=size_bytes)
    return dict(value)


def _merge(target: Any, patch: Any, parameter: str, depth: int) -> Any:
    if not isinstance(patch, Mapping):
        return patch
    if depth > MAX_DEPTH:
        raise InvalidInput(
            parameter, reason=f"it must not be nested deeper than {MAX_DEPTH} levels"
        )
    merged = dict(target) if isinstance(target, Mapping) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = _merge(merged.get(key), value, parameter, depth + 1)
    return merged


def _check(value: Any, parameter: str, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise InvalidInput(
            parameter, reason=f"it must not be nested deeper than {MAX_DEPTH} levels"
        )
    if isinstance(value, Mapping):
        for key, inner in value.items():
            _check(key, parameter, depth + 1)
            _check(inner, parameter, depth + 1)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            _check(inner, parameter, depth + 1)
    elif isinstance(value, str):
        if "\0" in value:
            raise InvalidInput(parameter, reason="a text cannot hold the character NUL")
    elif isinstance(value, float) and value - value != 0:
        raise InvalidInput(parameter, reason="a number must be finite")
