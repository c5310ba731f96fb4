"""One rule per operator: what it takes, what it gives, its SQL."""

from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, TypeAlias

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Date,
    Integer,
    Numeric,
    String,
    Text,
    all_,
    any_,
    collate,
    literal,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine

from charter.kernel.filters.tree import Op

Sql: TypeAlias = ColumnElement[Any]
Types: TypeAlias = frozenset[type[Any]]

TEXT: Types = frozenset({str})
MOMENT: Types = frozenset({datetime})
DAY: Types = frozenset({datetime, date})
WHOLE: Types = frozenset({int})
NUMBER: Types = frozenset({int, float, Decimal})
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
    """An operator that gives a value; null if one of its arguments is null.

    `takes` and `others` are the types of its first argument and of those behind it, of which the
    last `optional` ones may be left out. `sql` names each argument once, so that functions of
    functions stay as short as they were written; it adds few levels to it, since a statement is
    made by recursion; and it never fails, whatever the arguments are.
    """

    takes: Types
    gives: type[Any]
    sql: Callable[..., Sql]
    others: tuple[Types, ...] = ()
    optional: int = 0


def _like(left: Sql, right: Sql) -> ColumnElement[bool]:
    return left.like(right)


def _not_like(left: Sql, right: Sql) -> ColumnElement[bool]:
    return left.not_like(right)


WHITE_SPACE = (
    "".join(map(chr, (*range(9, 14), 0x20, 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B))))
    + "\u2028\u2029\u202f\u205f\u3000"
)
"""What Unicode has as White_Space."""


def alike(text: Sql) -> Sql:
    """A column's text, without the collation of the column: that of the database.

    Two columns of different collations can neither be compared nor joined, and one that knows
    ASCII alone has no other lower case.
    """
    return collate(text, "default") if isinstance(text.type, String) else text


class _Call(FunctionElement[Any]):
    """SQL with places for arguments: a template that SQLAlchemy's own elements would take long for.

    A statement is made by recursion, so what stands in functions of functions has to be flat.
    """

    inherit_cache = False

    def __init__(self, template: str, kind: TypeEngine[Any], *args: Sql) -> None:
        self.template = template
        super().__init__(*args)
        self.type = kind


@compiles(_Call)
def _written(call: _Call, compiler: SQLCompiler, **options: Any) -> str:
    return call.template.format(*[compiler.process(each, **options) for each in call.clauses])


def _not_negative(place: str) -> str:
    # 0 for what is below it. Unlike greatest(), null for null; unlike CASE, it names the number
    # once; and no number is too large for it. The bounds are powers of two, so it is exact.
    return f"width_bucket({place}, 1, {2**30 + 1}, {2**30})"


_START = f"{_not_negative('{1}')} + 1"
_TYPES: Mapping[type[Any], TypeEngine[Any]] = {
    str: Text(),
    int: Integer(),
    bool: Boolean(),
    date: Date(),
    Decimal: Numeric(),
}


def _calling(template: str, gives: type[Any]) -> Callable[..., Sql]:
    return lambda *args: _Call(template, _TYPES[gives], *args)


def _trimmed(text: Sql) -> Sql:
    return _Call("btrim({0}, {1})", Text(), text, literal(WHITE_SPACE, Text()))


def _substring(text: Sql, start: Sql, *length: Sql) -> Sql:
    rest = f", {_not_negative('{2}')}" if length else ""
    return _Call(f"substr({{0}}, {_START}{rest})", Text(), text, start, *length)


def _in_utc(moment: Sql, template: str, kind: TypeEngine[Any]) -> Sql:
    place = "{0}" if isinstance(moment.type, Date) else "timezone('UTC', {0})"
    return _Call(template.format(place), kind, moment)


def _part(name: str, takes: Types = MOMENT) -> Function:
    template = f"CAST(floor(EXTRACT({name} FROM {{0}})) AS INTEGER)"
    return Function(takes, int, lambda moment: _in_utc(moment, template, Integer()))


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
    Op.LOWER: Function(TEXT, str, _calling("lower({0})", str)),
    Op.UPPER: Function(TEXT, str, _calling("upper({0})", str)),
    Op.TRIM: Function(TEXT, str, _trimmed),
    Op.LENGTH: Function(TEXT, int, _calling("char_length({0})", int)),
    Op.INDEX_OF: Function(TEXT, int, _calling("(strpos({0}, {1}) - 1)", int), (TEXT,)),
    Op.SUBSTRING: Function(TEXT, str, _substring, (WHOLE, WHOLE), optional=1),
    # concat() would take a null for an empty text.
    Op.CONCAT: Function(TEXT, str, _calling("textcat({0}, {1})", str), (TEXT,)),
    # The smallest of all integers has no negative among them.
    Op.NEGATE: Function(NUMBER, Decimal, _calling("(- CAST({0} AS NUMERIC))", Decimal)),
    Op.DATE: Function(MOMENT, date, lambda moment: _in_utc(moment, "CAST({0} AS DATE)", Date())),
    Op.YEAR: _part("year", DAY),
    Op.MONTH: _part("month", DAY),
    Op.DAY: _part("day", DAY),
    Op.HOUR: _part("hour"),
    Op.MINUTE: _part("minute"),
    Op.SECOND: _part("second"),
}

PARTS: Mapping[Op, Callable[[Sql, Sql], ColumnElement[bool]]] = {
    Op.CONTAINS: _calling("(strpos({0}, {1}) > 0)", bool),
    Op.STARTS_WITH: _calling("starts_with({0}, {1})", bool),
    Op.ENDS_WITH: _calling("starts_with(reverse({0}), reverse({1}))", bool),
}
"""Operators for a part of a text that is no value, so no pattern for LIKE can be made of it."""

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
