"""Plain query parameters as a filter: one declared Param each."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

from charter.kernel.errors import InvalidInput
from charter.kernel.filters.tree import Apply, Name, Node, Op, Order, Place, Text, Value, every

Query: TypeAlias = Mapping[str, str | Sequence[str]]
"""Decoded query parameters; a repeated key has a sequence."""

MAX_LIMIT = 500
MAX_OFFSET = 2**31 - 1
_PARTS = frozenset({Op.CONTAINS, Op.STARTS_WITH, Op.ENDS_WITH})
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WHOLE = re.compile(r"([+-]?[0-9]{1,18})(\.0*)?")


@dataclass(frozen=True)
class Param:
    """A query parameter that filters `field` by `op`.

    `convert` types a value (ValueError refuses it); without it the value takes the field's type.
    With IN or NOT_IN the key may be repeated, up to `most` values. `signed` values begin with
    `+` (or nothing: include) or `-` (exclude), and mean what IN and NOT_IN mean. With
    `separated` one value may hold several, with commas between them.
    """

    name: str
    field: str
    op: Op = Op.EQ
    convert: Callable[[str], Any] | None = None
    signed: bool = False
    separated: bool = False
    most: int = 100

    def __post_init__(self) -> None:
        if self.signed and self.op is not Op.IN:
            raise TypeError("signed values are lists: the operator is IN")
        if self.separated and self.op not in {Op.IN, Op.NOT_IN}:
            raise TypeError("separated values are lists: the operator is IN or NOT_IN")


def parse(query: Query, params: Sequence[Param]) -> Node | None:
    """All filters that a query asks for, together; None if it asks for none.

    Parameters that no Param names are left to the caller.
    Raises: InvalidInput, which names the parameter, for a value that cannot be converted, a
        single-valued key that is repeated, and too many values.
    """
    return every(*(_filter(param, _given(query, param.name)) for param in params))


def orders(query: Query, keys: Mapping[str, str], parameter: str = "order_by") -> tuple[Order, ...]:
    """The order a query asks for: `key`, `+key` or `-key`; empty if it asks for none.

    `keys` maps what may be asked for to names of FIELDS. Of several values the first counts.
    Raises: InvalidInput for an unknown key.
    Source: Clerk BAPI 2025-11-10, GetUserList, order_by.
    """
    given = _given(query, parameter)
    if not given:
        return ()
    is_excluded, key = _sign(given[0])
    if key not in keys:
        allowed = ", ".join(keys)
        raise InvalidInput(parameter, reason=f"{key[:64]!r} is no key to order by: {allowed}")
    return (Order(keys[key], is_excluded, Place(parameter)),)


def window(query: Query, *, default: int = 10, most: int = MAX_LIMIT) -> tuple[int, int]:
    """The `limit` (1 to `most`) and `offset` (from 0) of a query; whole floats are accepted.

    Raises: InvalidInput for anything else.
    """
    limit = _bounded(query, "limit", default, 1, most)
    return limit, _bounded(query, "offset", 0, 0, MAX_OFFSET)


def millis(text: str) -> datetime:
    """The moment for milliseconds since 1970, in UTC. Raises: ValueError."""
    try:
        return _EPOCH + timedelta(milliseconds=whole(text))
    except OverflowError as error:
        raise ValueError("must be a time in milliseconds") from error


def boolean(text: str) -> bool:
    """True or false, also as 1 and 0. Raises: ValueError."""
    if text.lower() not in {"true", "false", "1", "0"}:
        raise ValueError("must be true or false")
    return text.lower() in {"true", "1"}


def whole(text: str) -> int:
    """A whole number; `10.0` is one. Raises: ValueError."""
    matched = _WHOLE.fullmatch(text)
    if matched is None:
        raise ValueError("must be a whole number")
    return int(matched[1])


def _given(query: Query, name: str) -> Sequence[str]:
    given = query.get(name, ())
    return [given] if isinstance(given, str) else given


def _filter(param: Param, given: Sequence[str]) -> Node | None:
    if param.op in _PARTS:
        given = [text for text in given if text.strip()]
    if not given:
        return None
    if param.separated:
        given = [part for text in given for part in text.split(",")]
    if param.op in {Op.IN, Op.NOT_IN}:
        if len(given) > param.most:
            raise InvalidInput(param.name, reason=f"takes at most {param.most} values")
        return _signed(param, given) if param.signed else _apply(param, param.op, given)
    if len(given) > 1:
        raise InvalidInput(param.name, reason="may be given once")
    return _apply(param, param.op, given)


def _signed(param: Param, given: Sequence[str]) -> Node | None:
    signs = [_sign(text) for text in given]
    included = [text for is_excluded, text in signs if not is_excluded]
    excluded = [text for is_excluded, text in signs if is_excluded]
    return every(
        _apply(param, Op.IN, included) if included else None,
        _apply(param, Op.NOT_IN, excluded) if excluded else None,
    )


def _apply(param: Param, op: Op, given: Sequence[str]) -> Node:
    at = Place(param.name)
    return Apply(op, (Name(param.field, at), *(_value(param, text, at) for text in given)), at)


def _value(param: Param, text: str, at: Place) -> Node:
    if param.convert is None:
        return Text(text, at)
    try:
        return Value(param.convert(text), at)
    except ValueError as error:
        raise InvalidInput(param.name, reason=str(error)) from error


def _sign(text: str) -> tuple[bool, str]:
    """Whether a value is signed minus, and the rest. A plus sign in a URL decodes to a blank."""
    return text.startswith("-"), text[1:] if text[:1] in {"+", "-", " "} else text


def _bounded(query: Query, name: str, default: int, least: int, most: int) -> int:
    given = _given(query, name)
    if not given:
        return default
    reason = f"must be a whole number from {least} to {most}"
    try:
        number = whole(given[0])
    except ValueError as error:
        raise InvalidInput(name, reason=reason) from error
    if not least <= number <= most:
        raise InvalidInput(name, reason=reason)
    return number
