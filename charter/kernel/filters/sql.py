"""Compiles the shape of a filter, and a list's order, to SQL: the only part that meets columns."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any, cast

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Date,
    DateTime,
    Float,
    Numeric,
    String,
    Text,
    and_,
    bindparam,
    case,
    exists,
    false,
    func,
    literal_column,
    not_,
    or_,
    true,
)
from sqlalchemy import Enum as NamedEnum
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.elements import Grouping
from sqlalchemy.types import NullType, TypeEngine

from charter.kernel.filters.fields import Field, Fields, FreeText, Many, without_pairs
from charter.kernel.filters.lift import NULL, Do, Shape, Slot
from charter.kernel.filters.rules import (
    FUNCTIONS,
    PARTS,
    PREDICATES,
    TEXTUAL,
    Predicate,
    Sql,
    alike,
)
from charter.kernel.filters.tree import LOGICAL, Name, Op, Order, Value, mistyped

MAX_ORDERS = 8
TYPES: Mapping[type[Any], TypeEngine[Any]] = MappingProxyType(
    {
        str: String(),
        bool: Boolean(),
        int: BigInteger(),
        float: Float(53),
        Decimal: Numeric(),
        datetime: DateTime(timezone=True),
        date: Date(),
    }
)
"""What a value is to the database, where nothing beside it says."""
Condition = ColumnElement[bool]


@dataclass(frozen=True)
class Key:
    """One key of an order, ready for SQL."""

    column: Sql
    is_descending: bool
    nullable: bool

    def clause(self) -> Sql:
        """The ORDER BY element. Plain for what is never null, so that plain indexes serve."""
        ordered = self.column.desc() if self.is_descending else self.column.asc()
        if not self.nullable:
            return ordered
        return ordered.nulls_last() if self.is_descending else ordered.nulls_first()


@dataclass(frozen=True)
class _Side:
    """A side of a predicate in SQL."""

    sql: Sql
    nullable: bool
    folds: bool = False  # without regard to case
    is_indexed_folded: bool = False  # parts are found by an index in lower case
    pairs: Sql | None = None  # parts are found by pairs of letters
    many: Many | None = None
    is_condition: bool = False

    @property
    def compared(self) -> Sql:
        return func.lower(self.sql, type_=Text()) if self.folds else self.sql


def lower(shape: Shape, fields: Fields, *, by_pairs: bool = True) -> Condition:
    """The WHERE condition of a shape that `lift` gave for the same fields.

    Its values are bind parameters of the names that `lift` gave them. by_pairs: whether parts may
    be found by their pairs; what is counted by an index of the text alone is not.
    """
    if not by_pairs:
        fields = {name: without_pairs(field) for name, field in fields.items()}
    return _condition(shape, fields, holds=True)


def keys(orders: Sequence[Order], fields: Fields, id_column: Column[Any]) -> tuple[Key, ...]:
    """The keys of an order. The id ends it, in the direction of the key before it.

    Raises: FilterType for a field that is unknown or not sortable, one that comes twice, or
        more than MAX_ORDERS keys.
    """
    found: dict[str, Key] = {}
    for order in orders:
        field = fields.get(order.name)
        if not isinstance(field, Field) or not field.sortable:
            raise mistyped(order.at, f"{order.name} is not a key to order by")
        if order.name in found or len(found) == MAX_ORDERS:
            raise mistyped(order.at, "too many keys to order by")
        found[order.name] = Key(field.column, order.is_descending, bool(field.nullable))
    ordered = tuple(found.values())
    if any(key.column is id_column for key in ordered):
        return ordered
    return (*ordered, Key(id_column, bool(ordered) and ordered[-1].is_descending, nullable=False))


def after(order: Sequence[Key], value_of: Callable[[Sql], Sql]) -> Condition:
    """The condition for rows that come after one row in an order.

    `value_of` gives that row's value of a column.
    """
    uniform = len({key.is_descending for key in order}) == 1
    if uniform and not any(key.nullable for key in order):
        # One row comparison, which an index over the keys answers by starting there.
        row = func.row(*(key.column for key in order))
        first = func.row(*(value_of(key.column) for key in order))
        return row < first if order[0].is_descending else row > first
    # The first n keys equal and the next one beyond, for every n.
    ways, equal = [], list[Condition]()
    for key in order:
        start = value_of(key.column)
        ways.append(and_(*equal, _beyond(key, start)))
        equal.append(
            key.column.is_not_distinct_from(start) if key.nullable else key.column == start
        )
    return or_(*ways)


def _beyond(key: Key, start: Sql) -> Condition:
    if key.is_descending:
        nearer = key.column < start
        return (
            or_(nearer, and_(key.column.is_(None), start.is_not(None))) if key.nullable else nearer
        )
    further = key.column > start
    return or_(further, and_(key.column.is_not(None), start.is_(None))) if key.nullable else further


def _condition(shape: Shape, fields: Fields, *, holds: bool) -> Condition:
    """Where the shape is true, or where it is false; neither includes where it is null.

    So NOT moves inwards and vanishes, and the SQL of each operator stays one an index can serve.
    """
    if isinstance(shape, Value):
        return true() if shape.value is holds else false()
    if isinstance(shape, Do):
        if shape.op is Op.NOT:
            return _condition(shape.args[0], fields, holds=not holds)
        if shape.op in {Op.AND, Op.OR}:
            parts = [_condition(arg, fields, holds=holds) for arg in shape.args]
            return and_(*parts) if (shape.op is Op.AND) is holds else or_(*parts)
        if shape.op is Op.ANY:
            return _related(shape, fields, holds=holds)
        return _predicate(shape, fields, holds=holds)
    column = _side(shape, fields).sql
    return column if holds else not_(column)


def _related(shape: Do, fields: Fields, *, holds: bool) -> Condition:
    name, condition = shape.args
    many = cast("Many", fields[cast("Name", name).name])
    return _exists(many, _condition(condition, many.within, holds=True), holds=holds)


def _exists(many: Many, condition: Condition, *, holds: bool) -> Condition:
    found = exists().where(many.join, condition).select_from(many.related)
    found = found.correlate_except(many.related)
    return found if holds else not_(found)


def _predicate(shape: Do, fields: Fields, *, holds: bool) -> Condition:
    rule, first, *rest = PREDICATES[shape.op], *shape.args
    side = _side(first, fields)
    second = rest[0] if rest else None
    if second == NULL:
        if not rule.equates_nulls:
            return false() if holds else true()
        rule, holds = PREDICATES[Op.EXISTS], not holds
        second = None
    if side.many is not None:
        return _exists(side.many, _holds(rule, side, second), holds=holds)
    if shape.op in PARTS:
        met = _part(shape.op, side, _side(cast("Shape", second), fields))
        return met if holds else not_(met)
    if side.is_condition and second is not None:
        met = _equal(side, second, fields)
        return met if holds else not_(met)
    if isinstance(second, (Name, Do, Value)):
        met = _both(rule, side, _side(second, fields))
        return met if holds else not_(met)
    return _holds(rule, side, second) if holds else _fails(rule, side, second)


def _holds(rule: Predicate, side: _Side, second: Shape | None) -> Condition:
    left, right = _operands(rule, side, second)
    if not _is_like(rule):
        return rule.holds(left, right)
    plain = left.ilike(right) if side.folds else rule.holds(left, right)
    if side.pairs is not None and cast("Slot", second).has_run:
        return _by_pairs(side.pairs, cast("Slot", second), plain)
    if not side.is_indexed_folded or cast("Slot", second).is_short:
        return plain
    # ILIKE, written as the index has it. What is a part in its own case is one in any case, too.
    indexed = func.lower(left, type_=Text()).like(func.lower(right, type_=Text()))
    return indexed if side.folds else and_(indexed, plain)


def _by_pairs(pairs: Sql, slot: Slot, plain: Condition) -> Condition:
    """What is found by its pairs of letters, and then is as asked.

    The second part is hidden from the planner: both say nearly the same, and taken for independent
    they would make a common word look so rare that all its rows were sorted for a page of them.
    Of a text that is null both are null.
    """
    run = func.text_pairs(func.lower(bindparam(slot.run, type_=Text())), type_=Text())
    pattern = literal_column("'%'", Text()).concat(run).concat(literal_column("'%'", Text()))
    return and_(pairs.like(pattern), case((plain, true()), (not_(plain), false())))


def _fails(rule: Predicate, side: _Side, second: Shape | None) -> Condition:
    left, right = _operands(rule, side, second)
    if _is_like(rule) and side.folds:
        return left.not_ilike(right)
    failed = rule.fails(left, right)
    if side.nullable and rule.knows_null and rule is not PREDICATES[Op.EXISTS]:
        return or_(failed, left.is_(None))
    return failed


def _both(rule: Predicate, left: _Side, right: _Side) -> Condition:
    """A comparison of two fields; never null, so that its negation is right as well."""
    if right.is_condition:
        return left.sql.is_not_distinct_from(right.sql)
    met = rule.holds(alike(left.compared), alike(right.compared))
    if not left.nullable and not right.nullable:
        return met
    nulls = and_(left.sql.is_(None), right.sql.is_(None)) if rule.equates_nulls else false()
    return func.coalesce(met, nulls, type_=Boolean())


def _part(op: Op, text: _Side, part: _Side) -> Condition:
    sought = func.lower(part.sql, type_=Text()) if text.folds else part.sql
    return PARTS[op](alike(text.compared), alike(sought))


def _equal(side: _Side, second: Shape, fields: Fields) -> Condition:
    """Whether a condition is what something else is, null included; never null.

    It names the condition once, so that conditions of conditions stay as short as they are.
    """
    if isinstance(second, Slot) and second.is_array:
        # Unlike ANY, this finds null.
        found = func.array_position(_bound(second, side.sql.type), side.sql)
        return found.is_not(None)
    other = _bound(second, side.sql.type) if isinstance(second, Slot) else _side(second, fields).sql
    return side.sql.is_not_distinct_from(other)


def _operands(rule: Predicate, side: _Side, second: Shape | None) -> tuple[Sql, Sql]:
    left = side.sql if _is_like(rule) or second is None else side.compared
    return left, _bound(cast("Slot", second), left.type) if second is not None else left


def _truth(shape: Shape, fields: Fields) -> Sql:
    """A condition as a value: true, false or null. As long as the condition is."""
    if isinstance(shape, Value):
        words = {True: "true", False: "false", None: "null::boolean"}
        return literal_column(words[shape.value], Boolean())
    if not isinstance(shape, Do):
        return _side(shape, fields).sql
    if shape.op is Op.NOT:
        return not_(_truth(shape.args[0], fields))
    if shape.op in LOGICAL:
        parts = [_truth(arg, fields) for arg in shape.args]
        return and_(*parts) if shape.op is Op.AND else or_(*parts)
    met = _condition(shape, fields, holds=True)
    # The text operators alone give null for null.
    return met if shape.op in TEXTUAL else func.coalesce(met, false(), type_=Boolean())


def _is_like(rule: Predicate) -> bool:
    return rule is PREDICATES[Op.MATCHES]


def _side(shape: Shape, fields: Fields) -> _Side:
    if isinstance(shape, Do) and shape.op in FUNCTIONS:
        inner = [_side(arg, fields) for arg in shape.args]
        args = [
            alike(side.sql) if isinstance(arg, Name) else side.sql
            for arg, side in zip(shape.args, inner, strict=True)
        ]
        return _Side(FUNCTIONS[shape.op].sql(*args), any(side.nullable for side in inner))
    if isinstance(shape, (Do, Value)):
        # In parentheses: NOT would take what the condition is compared with along.
        return _Side(Grouping(_truth(shape, fields)), nullable=True, is_condition=True)
    if isinstance(shape, Slot):
        return _Side(_bound(shape, NullType()), nullable=False)
    field = fields[shape.name]
    if isinstance(field, FreeText):
        return _Side(field.column, nullable=True, folds=True, pairs=field.pairs)
    if isinstance(field, Many):
        one = cast("Field", field.one)
        return _Side(one.column, bool(one.nullable), one.ignore_case, many=field)
    return _Side(
        field.column,
        bool(field.nullable),
        field.ignore_case,
        is_indexed_folded=field.is_indexed_folded,
        pairs=field.pairs,
    )


def _bound(slot: Slot, compared: TypeEngine[Any]) -> Sql:
    kind = _unbounded(compared) if slot.value_type is None else TYPES[slot.value_type]
    return bindparam(slot.parameter, type_=ARRAY(kind) if slot.is_array else kind)


def _unbounded(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    """The type without its length or precision: a cast to those would change the value.

    Without its collation, too: an array has none.
    """
    if isinstance(kind, Numeric) and not isinstance(kind, Float):
        return Numeric()
    if isinstance(kind, String) and not isinstance(kind, NamedEnum):
        return kind if kind.length is None and kind.collation is None else String()
    return kind
