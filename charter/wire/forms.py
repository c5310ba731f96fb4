"""Reads form-encoded bodies into Structs, as browsers' SDKs send them.

Lists repeat their key, objects are JSON text, null is an empty string, unknown fields are left
alone. Source: WHATWG URL, section 5.1 (application/x-www-form-urlencoded parsing).
"""

import types
import typing
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from charter.kernel.errors import InvalidInput, MalformedInput

FORM = "application/x-www-form-urlencoded"
MAX_FIELDS = 200


class FormIn(msgspec.Struct, kw_only=True):
    """What a call takes in a form. Fields that are not declared are ignored."""


def read_form(data: bytes, struct: type[FormIn]) -> dict[str, Any]:
    """The plain values of a form's known fields, ready to be converted to the Struct.

    Raises: MalformedInput, InvalidInput.
    """
    try:
        pairs = parse_qsl(
            data.decode("utf-8"), keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="strict"
        )
    except ValueError as mistake:
        raise MalformedInput("body", reason="it is not a form in UTF-8") from mistake
    given: dict[str, list[str]] = {}
    for name, value in pairs:
        given.setdefault(name, []).append(value)
    found: dict[str, Any] = {}
    for name, kinds in _kinds(struct).items():
        if name in given:
            found[name] = _value(name, kinds, given[name])
    return found


@cache
def _kinds(struct: Any) -> dict[str, frozenset[Any]]:
    hints = typing.get_type_hints(struct)
    return {
        field.encode_name: frozenset(_options(hints[field.name]))
        for field in msgspec.structs.fields(struct)
    }


def _options(hint: Any) -> list[Any]:
    origin = typing.get_origin(hint)
    if origin is typing.Annotated:
        return _options(typing.get_args(hint)[0])
    if origin in (types.UnionType, typing.Union):
        return [option for part in typing.get_args(hint) for option in _options(part)]
    return [origin or hint]


def _value(name: str, kinds: frozenset[Any], values: list[str]) -> Any:
    if any("\x00" in value for value in values):
        raise InvalidInput(name, reason="a text cannot hold the character NUL")
    if list in kinds:
        return [value for value in values if value]  # empty is null, which a list cannot hold
    text = values[-1]
    if text == "" and type(None) in kinds:
        return None
    if dict in kinds:
        return _object(name, text)
    if bool in kinds:
        return {"true": True, "1": True, "false": False, "0": False}.get(text.lower(), text)
    return text


def _object(name: str, text: str) -> Any:
    try:
        value = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as mistake:
        raise InvalidInput(name, reason="it must be an object as JSON text") from mistake
    if not isinstance(value, dict):
        raise InvalidInput(name, reason="it must be an object as JSON text")
    return value
