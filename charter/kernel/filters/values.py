"""Reads a filter's values as the type of the field they are compared with."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from charter.kernel.filters.fields import Field, bounds, family
from charter.kernel.filters.tree import Name, Node, Place, Text, Value, mistyped

MAX_TEXT = 1000
_MAX_EXPONENT = 300
_WHOLE = re.compile(r"[+-]?[0-9]{1,19}")
_NUMBER = re.compile(r"[+-]?[0-9]{1,38}(\.[0-9]{1,38})?")
_WRITTEN_AS: Mapping[type[Any], str] = {
    str: "text",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    Decimal: "a number",
    datetime: "a time as in 2026-01-31T12:00:00Z",
    date: "a date as in 2026-01-31",
}
_WIDER: Mapping[type[Any], tuple[type[Any], ...]] = {
    float: (float, int, Decimal),
    Decimal: (Decimal, int),
}


@dataclass(frozen=True)
class Kind:
    """What the values beside an operand have to be."""

    value_type: type[Any]
    smallest: int = -(2**31)
    largest: int = 2**31 - 1
    read: Callable[[str], Any] | None = None
    ignore_case: bool = False

    @classmethod
    def of(cls, field: Field) -> "Kind":
        """The kind of a field's values."""
        smallest, largest = bounds(field.column)
        return cls(field.value_type, smallest, largest, field.read, field.ignore_case)


def operand(node: Node, kind: Kind) -> Any:
    """The value of a Value or Text, in the form the database holds; None for null.

    Raises: FilterType.
    """
    if isinstance(node, Text):
        text = plain_text(node)
        try:
            return _checked(_from_text(text, kind), kind)
        except (ValueError, OverflowError) as error:
            raise mistyped(node.at, _expected(kind)) from error
    if isinstance(node, Value):
        if node.value is None:
            return None
        try:
            return _checked(_from_value(node, kind), kind)
        except (ValueError, OverflowError) as error:
            raise mistyped(node.at, _expected(kind)) from error
    what = "a field" if isinstance(node, Name) else "an expression"
    raise mistyped(node.at, f"{what} stands where a value is expected")


def plain_text(node: Node) -> str:
    """The text of a node that has to be text and that the database can hold.

    Raises: FilterType, also for NUL, lone surrogates, and more than MAX_TEXT characters.
    """
    text = node.text if isinstance(node, Text) else getattr(node, "value", None)
    if not isinstance(text, str):
        raise mistyped(node.at, "expected text")
    return _storable(text, node.at)


def like(text: str, *, before: str = "", after: str = "") -> str:
    """The LIKE pattern for a literal text, with what may surround it."""
    return before + re.sub(r"([\\%_])", r"\\\1", text) + after


def wildcards(node: Node) -> str:
    r"""The LIKE pattern of a MATCHES text: `*` many, `?` one, `\` takes the next as it is."""
    pieces = re.findall(r"\\(.)|(\*+)|(\?)|(.)", plain_text(node), re.DOTALL)
    return "".join(
        "%" if many else "_" if one else like(taken or other) for taken, many, one, other in pieces
    )


def _storable(text: str, at: Place | None) -> str:
    if len(text) > MAX_TEXT:
        raise mistyped(at, f"text longer than {MAX_TEXT} characters")
    if "\0" in text:
        raise mistyped(at, "a text cannot hold the character NUL")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise mistyped(at, "the text is not valid Unicode") from error
    return text


def _from_text(text: str, kind: Kind) -> Any:
    if kind.read is not None:
        return kind.read(text)
    if issubclass(kind.value_type, Enum):
        return _member(text, kind.value_type)
    return _READ[kind.value_type](text)


def _from_value(node: Value, kind: Kind) -> Any:
    value = node.value
    if family(kind.value_type) is Enum:
        return _member(value.value if isinstance(value, Enum) else value, kind.value_type)
    if isinstance(value, str):
        _storable(value, node.at)
        if kind.value_type is str and kind.read is not None:
            return kind.read(value)
    # By identity: a bool is no number, and a datetime no date.
    if type(value) not in _WIDER.get(kind.value_type, (kind.value_type,)):
        raise ValueError(value)
    return kind.value_type(value) if kind.value_type in _WIDER else value


def _checked(value: Any, kind: Kind) -> Any:
    if isinstance(value, datetime):
        # In UTC here, and not in the driver, where leaving the calendar would be no refusal.
        return value.replace(tzinfo=value.tzinfo or UTC).astimezone(UTC)
    if type(value) is int and not kind.smallest <= value <= kind.largest:
        raise ValueError(value)
    if isinstance(value, (float, Decimal)) and not Decimal(value).is_finite():
        raise ValueError(value)
    # Beyond these the database fails to compare it, or to take it at all.
    if isinstance(value, Decimal) and abs(value.adjusted()) > _MAX_EXPONENT:
        raise ValueError(value)
    if kind.ignore_case and isinstance(value, str):
        return value.lower()
    return value


def _member(value: Any, members: type[Any]) -> Any:
    for member in members:
        if member.value == value and type(member.value) is type(value):
            return value
    raise ValueError(value)


def _expected(kind: Kind) -> str:
    if issubclass(kind.value_type, Enum):
        return "expected one of: " + ", ".join(str(member.value) for member in kind.value_type)
    if kind.value_type is int:
        return f"expected a whole number from {kind.smallest} to {kind.largest}"
    return f"expected {_WRITTEN_AS[kind.value_type]}"


def _matched(pattern: re.Pattern[str], make: Callable[[str], Any]) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        if pattern.fullmatch(text) is None:
            raise ValueError(text)
        return make(text)

    return read


def _boolean(text: str) -> bool:
    if text.lower() not in {"true", "false"}:
        raise ValueError(text)
    return text.lower() == "true"


_READ: Mapping[type[Any], Callable[[str], Any]] = {
    str: str,
    bool: _boolean,
    int: _matched(_WHOLE, int),
    float: _matched(_NUMBER, float),
    Decimal: _matched(_NUMBER, Decimal),
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
}
