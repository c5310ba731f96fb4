"""The words of OData expressions: what each one means, and which of them are not offered."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from charter.kernel.filters.tree import Op


@dataclass(frozen=True)
class Binary:
    """An operator between two operands. Of two, the one of higher `rank` takes what is between."""

    op: Op
    rank: int


@dataclass(frozen=True)
class Function:
    """A function with its numbers of arguments; one without an operator is the time of the call."""

    op: Op | None
    least: int
    most: int


RANKED: Mapping[str, Binary] = {
    "or": Binary(Op.OR, 1),
    "and": Binary(Op.AND, 2),
    "eq": Binary(Op.EQ, 3),
    "ne": Binary(Op.NE, 3),
    "gt": Binary(Op.GT, 4),
    "ge": Binary(Op.GE, 4),
    "lt": Binary(Op.LT, 4),
    "le": Binary(Op.LE, 4),
}
"""By rank; `not` and `-` bind tighter than all of them, and `in` tighter than those.

Source: OData 4.01, part 2, section 5.1.1.17.
"""

FUNCTIONS: Mapping[str, Function] = {
    "contains": Function(Op.CONTAINS, 2, 2),
    "startswith": Function(Op.STARTS_WITH, 2, 2),
    "endswith": Function(Op.ENDS_WITH, 2, 2),
    "tolower": Function(Op.LOWER, 1, 1),
    "toupper": Function(Op.UPPER, 1, 1),
    "trim": Function(Op.TRIM, 1, 1),
    "length": Function(Op.LENGTH, 1, 1),
    "indexof": Function(Op.INDEX_OF, 2, 2),
    "substring": Function(Op.SUBSTRING, 2, 3),
    "concat": Function(Op.CONCAT, 2, 2),
    "year": Function(Op.YEAR, 1, 1),
    "month": Function(Op.MONTH, 1, 1),
    "day": Function(Op.DAY, 1, 1),
    "hour": Function(Op.HOUR, 1, 1),
    "minute": Function(Op.MINUTE, 1, 1),
    "second": Function(Op.SECOND, 1, 1),
    "date": Function(Op.DATE, 1, 1),
    "now": Function(None, 0, 0),
}
CONDITIONS = frozenset({Op.CONTAINS, Op.STARTS_WITH, Op.ENDS_WITH})
"""Functions that give a condition."""

OPERATORS_LEFT_OUT = frozenset({"add", "sub", "mul", "div", "divby", "mod", "has"})
FUNCTIONS_LEFT_OUT = frozenset(
    {
        "all",
        "any",
        "case",
        "cast",
        "ceiling",
        "floor",
        "fractionalseconds",
        "geo.distance",
        "geo.intersects",
        "geo.length",
        "hassubsequence",
        "hassubset",
        "isof",
        "matchespattern",
        "maxdatetime",
        "mindatetime",
        "round",
        "time",
        "totaloffsetminutes",
        "totalseconds",
    }
)
"""What the standard has; `matchesPattern` would run an expression of the caller's."""
LITERALS_LEFT_OUT = frozenset({"binary", "duration", "geography", "geometry"})
"""What may stand before a quote."""

_OF_DAYS: Mapping[Op, Callable[[Any], Any]] = {
    Op.YEAR: lambda day: day.year,
    Op.MONTH: lambda day: day.month,
    Op.DAY: lambda day: day.day,
}
_OF_MOMENTS: Mapping[Op, Callable[[Any], Any]] = {
    **_OF_DAYS,
    Op.HOUR: lambda moment: moment.hour,
    Op.MINUTE: lambda moment: moment.minute,
    Op.SECOND: lambda moment: moment.second,
    Op.DATE: lambda moment: moment.date(),
}
PARTS: Mapping[type[Any], Mapping[Op, Callable[[Any], Any]]] = {
    datetime: _OF_MOMENTS,
    date: _OF_DAYS,
}
"""Parts of a time that is written out: they are those of its own offset."""
