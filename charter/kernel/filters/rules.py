"""One rule per operator: what it takes, what it gives, its SQL."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import KW_ONLY, dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, TypeAlias

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Date,
    Float,
    Integer,
    Numeric,
    Text,
    all_,
    any_,
    cast,
    collate,
    extract,
    func,
    literal,
    literal_column,
)

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
    functions stay as short as they were written, and never fails, whatever the arguments are.
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
_MOST = 2**30


def plain_order(text: Sql) -> Sql:
    """The text, compared by its characters alone, whatever the collation of its column is.

    Two columns of different collations cannot be compared otherwise.
    """
    return collate(text, "C")


def _cased(name: str) -> Function:
    def sql(text: Sql) -> Sql:
        # By the rules of the database, which is Unicode's: a column's own may know ASCII alone.
        return plain_order(getattr(func, name)(collate(text, "default"), type_=Text()))

    return Function(TEXT, str, sql)


def _trimmed(text: Sql) -> Sql:
    return plain_order(func.btrim(text, literal(WHITE_SPACE, Text()), type_=Text()))


def _index_of(text: Sql, part: Sql) -> Sql:
    return func.strpos(plain_order(text), part, type_=Integer()) - literal_column("1", Integer())


def _not_negative(number: Sql) -> Sql:
    # 0 for what is below it. Unlike greatest(), null for null; unlike CASE, it names the number
    # once; and no number is too large for it. The bounds are powers of two, so it is exact.
    bounds: Iterable[Sql] = (literal_column(str(bound)) for bound in (1, _MOST + 1, _MOST))
    return func.width_bucket(cast(number, Float(53)), *bounds, type_=Integer())


def _substring(text: Sql, start: Sql, length: Sql | None = None) -> Sql:
    first = _not_negative(start) + literal_column("1", Integer())
    rest = () if length is None else (_not_negative(length),)
    return plain_order(func.substr(text, first, *rest, type_=Text()))


def _joined(left: Sql, right: Sql) -> Sql:
    # concat() would take a null for an empty text.
    return plain_order(func.textcat(plain_order(left), right, type_=Text()))


def _negated(number: Sql) -> Sql:
    # The smallest of all integers has no negative among them.
    return -cast(number, Numeric())


def _in_utc(moment: Sql) -> Sql:
    if isinstance(moment.type, Date):
        return moment
    return func.timezone(literal_column("'UTC'"), moment)


def _part(name: str, takes: Types = MOMENT) -> Function:
    def sql(moment: Sql) -> Sql:
        return cast(func.floor(extract(name, _in_utc(moment))), Integer)

    return Function(takes, int, sql)


def _contains(text: Sql, part: Sql) -> ColumnElement[bool]:
    return func.strpos(plain_order(text), part, type_=Integer()) > literal_column("0", Integer())


def _starts_with(text: Sql, part: Sql) -> ColumnElement[bool]:
    return func.starts_with(plain_order(text), part, type_=Boolean())


def _ends_with(text: Sql, part: Sql) -> ColumnElement[bool]:
    return _starts_with(func.reverse(text, type_=Text()), func.reverse(part, type_=Text()))


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
    Op.LOWER: _cased("lower"),
    Op.UPPER: _cased("upper"),
    Op.TRIM: Function(TEXT, str, _trimmed),
    Op.LENGTH: Function(TEXT, int, lambda text: func.char_length(text, type_=Integer())),
    Op.INDEX_OF: Function(TEXT, int, _index_of, (TEXT,)),
    Op.SUBSTRING: Function(TEXT, str, _substring, (WHOLE, WHOLE), optional=1),
    Op.CONCAT: Function(TEXT, str, _joined, (TEXT,)),
    Op.NEGATE: Function(NUMBER, Decimal, _negated),
    Op.DATE: Function(MOMENT, date, lambda moment: cast(_in_utc(moment), Date())),
    Op.YEAR: _part("year", DAY),
    Op.MONTH: _part("month", DAY),
    Op.DAY: _part("day", DAY),
    Op.HOUR: _part("hour"),
    Op.MINUTE: _part("minute"),
    Op.SECOND: _part("second"),
}

PARTS: Mapping[Op, Callable[[Sql, Sql], ColumnElement[bool]]] = {
    Op.CONTAINS: _contains,
    Op.STARTS_WITH: _starts_with,
    Op.ENDS_WITH: _ends_with,
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
