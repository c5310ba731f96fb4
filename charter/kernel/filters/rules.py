"""One rule per operator: what it takes, what it gives, its SQL."""

from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Integer,
    Text,
    all_,
    any_,
    cast,
    extract,
    func,
    literal_column,
)

from charter.kernel.filters.tree import Op

Sql: TypeAlias = ColumnElement[Any]
Types: TypeAlias = frozenset[type[Any]]

TEXT: Types = frozenset({str})
MOMENT: Types = frozenset({datetime})
ORDERED: Types = frozenset({str, int, float, Decimal, datetime, date})
ALL: Types = ORDERED | {bool, Enum}


@dataclass(frozen=True)
class Predicate:
    """An operator that gives a condition.

    `holds` and `fails` are true, in SQL, where the condition is true and where it is false; each
    is written so that an index on the left side serves. A predicate that `knows_null` is false
    for a null, and not unknown; `equates_nulls` makes it true for two of them.
    """

    takes: Types
    holds: Callable[[Sql, Sql], ColumnElement[bool]]
    fails: Callable[[Sql, Sql], ColumnElement[bool]]
    _: KW_ONLY
    knows_null: bool = True
    equates_nulls: bool = False


@dataclass(frozen=True)
class Function:
    """An operator that gives a value, of one argument; null for null."""

    takes: Types
    gives: type[Any]
    sql: Callable[[Sql], Sql]


def _like(left: Sql, right: Sql) -> ColumnElement[bool]:
    return left.like(right)


def _not_like(left: Sql, right: Sql) -> ColumnElement[bool]:
    return left.not_like(right)


def _function(name: str, gives: type[Any]) -> Function:
    kind = Text() if gives is str else Integer()
    return Function(TEXT, gives, lambda text: getattr(func, name)(text, type_=kind))


def _part(name: str) -> Function:
    def sql(moment: Sql) -> Sql:
        utc = func.timezone(literal_column("'UTC'"), moment)
        return cast(func.floor(extract(name, utc)), Integer)

    return Function(MOMENT, int, sql)


_LIKE = Predicate(TEXT, _like, _not_like, knows_null=False)
_EQUAL = Predicate(ALL, lambda a, b: a == b, lambda a, b: a != b, equates_nulls=True)
# One array parameter, so that the statement is the same for any number of values.
_ONE_OF = Predicate(ALL, lambda a, b: a == any_(b), lambda a, b: a != all_(b))

PREDICATES: Mapping[Op, Predicate] = {
    Op.EQ: _EQUAL,
    Op.NE: _EQUAL,  # lifted to NOT EQ
    Op.LT: Predicate(ORDERED, lambda a, b: a < b, lambda a, b: a >= b),
    Op.LE: Predicate(ORDERED, lambda a, b: a <= b, lambda a, b: a > b, equates_nulls=True),
    Op.GT: Predicate(ORDERED, lambda a, b: a > b, lambda a, b: a <= b),
    Op.GE: Predicate(ORDERED, lambda a, b: a >= b, lambda a, b: a < b, equates_nulls=True),
    Op.IN: _ONE_OF,
    Op.NOT_IN: _ONE_OF,  # lifted to NOT IN
    Op.CONTAINS: _LIKE,
    Op.STARTS_WITH: _LIKE,
    Op.ENDS_WITH: _LIKE,
    Op.MATCHES: _LIKE,
    Op.EXISTS: Predicate(ALL, lambda a, _: a.is_not(None), lambda a, _: a.is_(None)),
}

FUNCTIONS: Mapping[Op, Function] = {
    Op.LOWER: _function("lower", str),
    Op.UPPER: _function("upper", str),
    Op.TRIM: _function("btrim", str),
    Op.LENGTH: _function("char_length", int),
    Op.YEAR: _part("year"),
    Op.MONTH: _part("month"),
    Op.DAY: _part("day"),
    Op.HOUR: _part("hour"),
    Op.MINUTE: _part("minute"),
    Op.SECOND: _part("second"),
}

FITTING: Mapping[type[Any], frozenset[Op]] = {
    value_type: frozenset(
        op
        for rules in (PREDICATES, FUNCTIONS)
        for op, rule in rules.items()
        if value_type in rule.takes
    )
    for value_type in ALL
}
"""The operators that each type of value can take."""

TEXTUAL = frozenset(op for op, rule in PREDICATES.items() if rule is _LIKE)
FLIPPED: Mapping[Op, Op] = {
    Op.EQ: Op.EQ,
    Op.NE: Op.NE,
    Op.LT: Op.GT,
    Op.LE: Op.GE,
    Op.GT: Op.LT,
    Op.GE: Op.LE,
}
"""Comparisons, with what each becomes when its sides change places."""
