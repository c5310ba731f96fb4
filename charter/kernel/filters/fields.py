"""What a list may be filtered and ordered by: each area declares its FIELDS with these."""

from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass, field, replace
from enum import Enum
from typing import Any, TypeAlias

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    DateTime,
    FromClause,
    Integer,
    SmallInteger,
)
from sqlalchemy.types import NullType

from charter.kernel.filters.rules import FITTING
from charter.kernel.filters.tree import Op


@dataclass(frozen=True, eq=False)
class Field:
    """A field of the listed row itself.

    `column` is a column or an expression over the list's tables; `value_type` one of str, bool,
    int, float, Decimal, datetime (UTC), date, or an Enum whose values the column holds.
    `ops` narrows the operators. `nullable` is read from the column and has to be given for an
    expression that is never null. `ignore_case` compares `lower(column)`, so an index has to
    be on that. `is_indexed_folded`: a trigram GIN index on `lower(column)` finds parts of the text,
    whether their case counts or not. `pairs`: see FreeText. `read` brings a compared text into the
    stored form (ValueError refuses it).

    An index that serves the order of a nullable sortable column is declared NULLS FIRST.
    """

    column: ColumnElement[Any]
    value_type: type[Any]
    _: KW_ONLY
    sortable: bool = False
    ops: frozenset[Op] | None = None
    nullable: bool | None = None
    ignore_case: bool = False
    is_indexed_folded: bool = False
    pairs: ColumnElement[str] | None = None
    read: Callable[[str], Any] | None = None

    def __post_init__(self) -> None:
        _narrow(self, self.value_type, self.ops)
        kind = self.column.type
        if isinstance(kind, NullType):
            raise TypeError("give the expression a type, as in func.max(x, type_=Integer)")
        if isinstance(kind, DateTime) and not kind.timezone:
            raise TypeError("a moment is kept with its time zone")
        if self.nullable is None:
            known = isinstance(self.column, Column)
            object.__setattr__(self, "nullable", self.column.nullable if known else True)
        if self.ignore_case and self.value_type is not str:
            raise TypeError("only text has case to ignore")


@dataclass(frozen=True, eq=False)
class Many:
    """A field of related rows: holds for the listed row if it holds for one of them.

    `related` is the table (or join) of the related rows, `join` what makes one belong to the
    listed row, instance included. `column` may be left out where only `within` is offered:
    fields that an `ANY` condition may ask of one and the same related row.
    """

    related: FromClause
    join: ColumnElement[bool]
    column: ColumnElement[Any] | None = None
    value_type: type[Any] = str
    _: KW_ONLY
    ops: frozenset[Op] | None = None
    ignore_case: bool = False
    read: Callable[[str], Any] | None = None
    within: "Mapping[str, Field]" = field(default_factory=dict)
    one: "Field | None" = field(default=None, init=False)

    def __post_init__(self) -> None:
        if self.column is None:
            if not self.within:
                raise TypeError("related rows need a column or fields within")
            return
        one = Field(
            self.column,
            self.value_type,
            ops=self.ops,
            ignore_case=self.ignore_case,
            read=self.read,
        )
        object.__setattr__(self, "one", one)
        object.__setattr__(self, "ops", one.ops)


@dataclass(frozen=True, eq=False)
class FreeText:
    """A text that is searched for parts, in any case. The column needs a trigram GIN index.

    Parts shorter than three characters cannot use that index and read all rows of the list.
    `pairs` is a column with the pairs of letters of the text in lower case (`text_pairs` of the
    database) and a trigram GIN index, by which parts of four characters or more are found: among a
    million texts a trigram of letters is in thousands, one of pairs in a few.
    """

    column: ColumnElement[str]
    pairs: ColumnElement[str] | None = None


AnyField: TypeAlias = Field | Many | FreeText
Fields: TypeAlias = Mapping[str, AnyField]


def without_pairs(known: AnyField) -> AnyField:
    """The field, whose parts are found in its own text alone."""
    if isinstance(known, Many) or known.pairs is None:
        return known
    return replace(known, pairs=None)


def bounds(column: ColumnElement[Any]) -> tuple[int, int]:
    """The smallest and largest integer that a column can be compared with."""
    if isinstance(column.type, BigInteger):
        bits = 63
    elif isinstance(column.type, SmallInteger):
        bits = 15
    else:
        bits = 31 if isinstance(column.type, Integer) else 63
    return -(2**bits), 2**bits - 1


def family(value_type: type[Any]) -> type[Any]:
    """The key of FITTING for a type. Raises: TypeError for a type that no list can be asked for."""
    if value_type in FITTING:
        return value_type
    if issubclass(value_type, Enum):
        return Enum
    raise TypeError(f"no operator takes {value_type.__name__}")


def _narrow(declared: Field, value_type: type[Any], ops: frozenset[Op] | None) -> None:
    fitting = FITTING[family(value_type)]
    if ops is not None and not ops <= fitting:
        unfit = ", ".join(sorted(op.value for op in ops - fitting))
        raise TypeError(f"{value_type.__name__} does not take: {unfit}")
    object.__setattr__(declared, "ops", fitting if ops is None else ops)
