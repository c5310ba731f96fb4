"""The tree that every filter syntax becomes, the order of a list, and what may be wrong with both.

One meaning of null for all syntaxes (OData 4.01, part 2, section 5.1.1.1):
`EQ` and `NE` know null as a value of its own, so `x NE 'a'` holds where x is null; `LT` and `GT`
with null are false; `GE` and `LE` hold for two nulls; the text operators and all functions give
null for a null, and `NOT` null is null. Rows for which the whole filter is false or null are left
out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any, TypeAlias

from charter.kernel.errors import DomainError, InvalidInput, Kind
from charter.kernel.filters.names import unknown

MAX_DEPTH = 60
MAX_TERMS = 200
MAX_VALUES = 1000


class Op(Enum):
    """What an `Apply` does. The first argument is the field, unless said otherwise.

    Where a field can stand, a function of it can, and for comparisons a condition too.
    """

    EQ = "eq"
    NE = "ne"
    LT = "lt"
    LE = "le"
    GT = "gt"
    GE = "ge"
    IN = "in"  # field, then any number of values
    NOT_IN = "not_in"
    CONTAINS = "contains"
    STARTS_WITH = "starts_with"
    ENDS_WITH = "ends_with"
    MATCHES = "matches"  # the whole text: `*` any characters, `?` one, `\` takes the next as it is
    EXISTS = "exists"
    ANY = "any"  # a Many, then a condition that one related row has to meet as a whole
    AND = "and"
    OR = "or"
    NOT = "not"
    LOWER = "lower"
    UPPER = "upper"
    TRIM = "trim"
    LENGTH = "length"
    INDEX_OF = "index_of"  # a text, then a part of it: where that begins, from 0; -1 without it
    SUBSTRING = "substring"  # a text, where to begin from 0, and how many characters if not all
    CONCAT = "concat"
    NEGATE = "negate"
    DATE = "date"  # of a moment, in UTC
    YEAR = "year"
    MONTH = "month"
    DAY = "day"
    HOUR = "hour"
    MINUTE = "minute"
    SECOND = "second"


LOGICAL = frozenset({Op.AND, Op.OR, Op.NOT})


@dataclass(frozen=True)
class Place:
    """Where a node came from: a parameter of the caller's, and characters from its start.

    `hint` says what may have been meant, should the node turn out to be of the wrong type.
    """

    parameter: str
    position: int = 0
    hint: str = ""


@dataclass(frozen=True)
class Name:
    """A field, by the name it has in FIELDS."""

    name: str
    at: Place | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Value:
    """A value that its syntax has already typed; None is null."""

    value: Any
    at: Place | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Text:
    """A value still as text: it takes the type of the field it is compared with."""

    text: str
    at: Place | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Apply:
    """An operator with its arguments."""

    op: Op
    args: "tuple[Node, ...]"
    at: Place | None = field(default=None, compare=False)


Node: TypeAlias = Name | Value | Text | Apply


@dataclass(frozen=True)
class Order:
    """One key of a list's order. Nulls come before all values, so last when descending."""

    name: str
    is_descending: bool = False
    at: Place | None = field(default=None, compare=False)


class FilterSyntax(InvalidInput):
    """The text of a filter breaks its grammar or a limit; `position` counts characters from 0."""

    code = "filter_syntax"
    message = "{parameter} is not valid at position {position}: {reason}"


class FilterType(InvalidInput):
    """A filter or an order asks for what the list's fields do not allow."""

    code = "filter_type"
    message = "{parameter} is not valid at position {position}: {reason}"


class FilterNotSupported(DomainError):
    """A filter or an order uses a construct that its language has and that is not offered."""

    kind, code = Kind.NOT_IMPLEMENTED, "filter_not_supported"
    message = "{parameter} uses at position {position} what is not supported: {construct}"


def syntax(at: Place, reason: str) -> FilterSyntax:
    """The error for a mistake in the text at a place."""
    return FilterSyntax(at.parameter, position=at.position, reason=reason)


def mistyped(at: Place | None, reason: str) -> FilterType:
    """The error for a node that does not fit the fields."""
    at = at or Place("filter")
    reason = f"{reason}; {at.hint}" if at.hint else reason
    return FilterType(at.parameter, position=at.position, reason=reason)


def not_supported(at: Place, construct: str) -> FilterNotSupported:
    """The error for a construct that is left out on purpose."""
    return FilterNotSupported(at.parameter, position=at.position, construct=construct)


def every(*nodes: Node | None) -> Node | None:
    """All conditions together; None, which stands for no condition, is left out."""
    present = [node for node in nodes if node is not None]
    if len(present) < 2:
        return present[0] if present else None
    return Apply(Op.AND, tuple(present))


def rename(node: Node, names: Mapping[str, str]) -> Node:
    """The tree with a surface's names turned into those of FIELDS.

    Raises: FilterType for a name the surface does not offer, or nesting beyond MAX_DEPTH.
    """
    return _rename(node, names, 0)


def _rename(node: Node, names: Mapping[str, str], depth: int) -> Node:
    if depth > MAX_DEPTH:
        raise mistyped(node.at, f"nested deeper than {MAX_DEPTH}")
    if isinstance(node, Name):
        if node.name not in names:
            raise mistyped(node.at, unknown("field", node.name, names))
        return replace(node, name=names[node.name])
    if isinstance(node, Apply):
        return replace(node, args=tuple(_rename(arg, names, depth + 1) for arg in node.args))
    return node
