"""Checks a tree against a list's fields and lifts its values out: what stays is its shape."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeAlias

from charter.kernel.filters.fields import AnyField, Field, Fields, FreeText, Many
from charter.kernel.filters.rules import (
    FITTING,
    FLIPPED,
    FUNCTIONS,
    NUMBER,
    PREDICATES,
    TEXT,
    TEXTUAL,
    Function,
    Types,
)
from charter.kernel.filters.tree import (
    LOGICAL,
    MAX_DEPTH,
    MAX_TERMS,
    MAX_VALUES,
    Apply,
    Name,
    Node,
    Op,
    Text,
    Value,
    mistyped,
)
from charter.kernel.filters.values import Kind, like, operand, plain_text, wildcards

SHORTEST_RUN = 4
"""Characters that make three pairs: as many as an index of trigrams over pairs needs."""
_RUNS = re.compile(r"(?:\\.|[^%_\\])+", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
# Three letters or digits in a row, one that the text begins with, or two that end it.
_TRIGRAM = re.compile(r"[^\W_]{3}|\A[^\W_]|[^\W_]{2}\Z")


@dataclass(frozen=True)
class Slot:
    """The place of a lifted value: the bind parameter `f_<index>`, an array of them or one.

    `value_type` is its own type, if it does not take that of what it is compared with.
    `is_short`: a pattern without a trigram, so that an index of trigrams would give all rows.
    `has_run`: the longest run of a pattern's own letters stands beside it, as `run`.
    """

    index: int
    is_array: bool = False
    value_type: type[Any] | None = None
    is_short: bool = False
    has_run: bool = False

    @property
    def parameter(self) -> str:
        """The name of the bind parameter."""
        return f"f_{self.index}"

    @property
    def run(self) -> str:
        """The name of the bind parameter of the longest run."""
        return f"{self.parameter}_run"


@dataclass(frozen=True)
class Do:
    """An operator of a shape. `args` start with what the operator is applied to."""

    op: Op
    args: "tuple[Shape, ...]"


Shape: TypeAlias = Name | Value | Slot | Do
"""A checked tree without its values: equal for equal statements. A Value in it is a constant.

NE and NOT_IN have become NOT; text operators MATCHES, whose slot holds a LIKE pattern, unless the
part looked for is no value.
"""
NULL = Value(None)


@dataclass(frozen=True)
class _Operand:
    """What stands on a side of a predicate. `kind` is None for null itself, which fits all."""

    shape: Shape
    kind: Kind | None
    ops: frozenset[Op]
    of: AnyField | None = None
    is_condition: bool = False

    @property
    def types(self) -> Types:
        """The type, with those that it can be compared with."""
        if self.kind is None:
            return frozenset()
        own = self.kind.value_type
        return NUMBER if own in NUMBER else frozenset({own})


@dataclass
class _Lifted:
    values: dict[str, Any] = field(default_factory=dict)
    terms: int = 0
    elements: int = 0

    def slot(
        self,
        value: Any,
        *,
        is_array: bool = False,
        value_type: type[Any] | None = None,
        is_short: bool = False,
        run: str | None = None,
    ) -> Slot:
        slot = Slot(len(self.values), is_array, value_type, is_short, run is not None)
        self.values[slot.parameter] = value
        if run is not None:
            self.values[slot.run] = run
        return slot


def lift(tree: Node, fields: Fields) -> tuple[Shape, dict[str, Any]]:
    """The shape of a tree and its values by parameter name, in the order of the tree.

    Raises: FilterType for an unknown field, an operator the field does not take, an operand of
        the wrong type, nesting beyond MAX_DEPTH, or more than MAX_TERMS conditions.
    """
    lifted = _Lifted()
    return _condition(tree, fields, lifted, 0), lifted.values


def has_part(shape: Shape) -> bool:
    """Whether a part of a text is looked for somewhere in a shape."""
    return isinstance(shape, Do) and (shape.op is Op.MATCHES or any(map(has_part, shape.args)))


def _condition(node: Node, fields: Fields, lifted: _Lifted, depth: int) -> Shape:
    if depth > MAX_DEPTH:
        raise mistyped(node.at, f"nested deeper than {MAX_DEPTH}")
    if isinstance(node, Apply):
        if node.op in LOGICAL:
            return _logical(node, fields, lifted, depth)
        lifted.terms += 1
        if lifted.terms > MAX_TERMS:
            raise mistyped(node.at, f"more than {MAX_TERMS} conditions")
        if node.op is Op.ANY:
            return _any(node, fields, lifted, depth)
        if node.op in PREDICATES:
            return _predicate(node, fields, lifted, depth)
    if isinstance(node, Value) and (node.value is None or isinstance(node.value, bool)):
        return Value(node.value)
    if isinstance(node, Name):
        found = _found(node, fields)
        if isinstance(found, Field) and found.value_type is bool and Op.EQ in (found.ops or ()):
            return Name(node.name)
    raise mistyped(node.at, "expected a condition")


def _logical(node: Apply, fields: Fields, lifted: _Lifted, depth: int) -> Shape:
    if not node.args or (node.op is Op.NOT and len(node.args) != 1):
        raise mistyped(node.at, f"{node.op.value} has the wrong number of conditions")
    args = tuple(_condition(arg, fields, lifted, depth + 1) for arg in node.args)
    return Do(node.op, args)


def _any(node: Apply, fields: Fields, lifted: _Lifted, depth: int) -> Shape:
    name, condition = _arguments(node, 2)
    found = _found(name, fields)
    if not isinstance(found, Many) or not found.within or not isinstance(name, Name):
        raise mistyped(name.at, "expected a field of several values with parts of their own")
    inner = _condition(condition, found.within, lifted, depth + 1)
    return Do(Op.ANY, (Name(name.name), inner))


def _predicate(node: Apply, fields: Fields, lifted: _Lifted, depth: int) -> Shape:
    if node.op in {Op.IN, Op.NOT_IN}:
        return _one_of(node, fields, lifted, depth)
    if node.op is Op.EXISTS:
        (subject,) = _arguments(node, 1)
        shape = _side(node, subject, fields, lifted, depth).shape
        return Value(value=False) if shape == NULL else Do(Op.EXISTS, (shape,))
    first, second = _arguments(node, 2)
    if node.op in TEXTUAL:
        return _part(node, fields, lifted, depth)
    op: Op = node.op
    is_value = isinstance(first, Value) and not isinstance(second, Value)
    if isinstance(first, Text) or is_value or first == NULL:
        first, second, op = second, first, FLIPPED[op]
    side = _side(Apply(op, node.args, node.at), first, fields, lifted, depth)
    other = _other(side, second, fields, lifted, depth)
    return _compared(op, side.shape, other)


def _compared(op: Op, shape: Shape, other: Shape) -> Shape:
    if shape == NULL:
        shape, other, op = other, shape, FLIPPED[op]
    if other == NULL and shape == NULL:
        return Value(op in {Op.EQ, Op.LE, Op.GE})
    if other == NULL and isinstance(shape, Slot):
        return Value(op is Op.NE)
    if op is Op.NE:
        return Do(Op.NOT, (Do(Op.EQ, (shape, other)),))
    return Do(op, (shape, other))


def _part(node: Apply, fields: Fields, lifted: _Lifted, depth: int) -> Shape:
    """A text operator; null for a part or a text that is null."""
    first, second = node.args
    side = _side(node, first, fields, lifted, depth)
    if isinstance(second, (Name, Apply)) and node.op is not Op.MATCHES:
        part = _argument(second, TEXT, fields, lifted, depth)
        if side.of is not None and not isinstance(side.of, Field):
            raise mistyped(second.at, "a field of several values is compared with values only")
        return NULL if NULL in (side.shape, part.shape) else Do(node.op, (side.shape, part.shape))
    if NULL in (second, side.shape):
        return NULL
    pattern = _pattern(node.op, second)
    is_indexed = isinstance(side.of, Field) and side.of.is_indexed_folded
    is_short = is_indexed and _TRIGRAM.search(pattern) is None
    has_pairs = isinstance(side.of, (Field, FreeText)) and side.of.pairs is not None
    run = _run(pattern) if has_pairs else None
    return Do(Op.MATCHES, (side.shape, lifted.slot(pattern, is_short=is_short, run=run)))


def _run(pattern: str) -> str | None:
    """The longest run of letters that a text has to have somewhere, if pairs of it can be found.

    None where the text has to begin with it: trigrams know beginnings by themselves.
    """
    if not pattern.startswith("%"):
        return None
    longest = max(_RUNS.findall(pattern), key=len, default="")
    run = _ESCAPED.sub(r"\1", longest)
    return run if len(run) >= SHORTEST_RUN else None


def _other(side: _Operand, second: Node, fields: Fields, lifted: _Lifted, depth: int) -> Shape:
    """The right side of a comparison: a value, or something else of the same type."""
    if isinstance(second, Value) and second.value is None:
        return NULL
    if side.kind is None:
        return _operand(second, fields, lifted, depth + 1).shape
    if isinstance(second, (Value, Text)):
        if side.kind.value_type is int and isinstance(getattr(second, "value", None), Decimal):
            return lifted.slot(operand(second, Kind(Decimal)), value_type=Decimal)
        value = operand(second, side.kind)
        return NULL if value is None else lifted.slot(value)
    other = _operand(second, fields, lifted, depth + 1)
    if other.kind is not None and side.types != other.types:
        raise mistyped(second.at, "the two sides have different types")
    if isinstance(side.of, Many) or isinstance(other.of, (Many, FreeText)):
        raise mistyped(second.at, "a field of several values is compared with values only")
    return other.shape


def _one_of(node: Apply, fields: Fields, lifted: _Lifted, depth: int) -> Shape:
    if not node.args:
        raise mistyped(node.at, "in has no field")
    side = _side(node, node.args[0], fields, lifted, depth)
    lifted.elements += len(node.args) - 1
    if lifted.elements > MAX_VALUES:
        raise mistyped(node.at, f"more than {MAX_VALUES} values")
    # What null is compared with has to be of one type, too.
    kind = side.kind or next((_kind_of(arg) for arg in node.args[1:] if arg != NULL), None)
    values = [operand(arg, kind) if kind is not None else None for arg in node.args[1:]]
    shape = _found_among(side, values, lifted)
    return Do(Op.NOT, (shape,)) if node.op is Op.NOT_IN else shape


def _found_among(side: _Operand, values: list[Any], lifted: _Lifted) -> Shape:
    present = [value for value in values if value is not None]
    has_null = len(present) < len(values)
    if side.shape == NULL:
        return Value(has_null)
    if side.is_condition:
        # The one search that takes null for a value: to name the condition twice, as below, would
        # double it with every condition that it stands in.
        return Do(Op.IN, (side.shape, lifted.slot(values, is_array=True, value_type=bool)))
    shape = Do(Op.IN, (side.shape, lifted.slot(present, is_array=True)))
    return Do(Op.OR, (shape, Do(Op.EQ, (side.shape, NULL)))) if has_null else shape


def _side(node: Apply, subject: Node, fields: Fields, lifted: _Lifted, depth: int) -> _Operand:
    """The left side of a predicate, which has to take the predicate's operator."""
    side = _operand(subject, fields, lifted, depth + 1)
    if side.kind is not None and node.op not in side.ops:
        what = "the field" if isinstance(subject, Name) else "this"
        raise mistyped(node.at or subject.at, f"{what} does not take {node.op.value}")
    return side


def _operand(node: Node, fields: Fields, lifted: _Lifted, depth: int) -> _Operand:
    if depth > MAX_DEPTH:
        raise mistyped(node.at, f"nested deeper than {MAX_DEPTH}")
    if isinstance(node, Name):
        return _field(node, fields)
    if isinstance(node, Value):
        return _constant(node, lifted)
    if isinstance(node, Apply) and node.op in FUNCTIONS:
        return _function(node, FUNCTIONS[node.op], fields, lifted, depth)
    if isinstance(node, Apply):
        shape = _condition(node, fields, lifted, depth)
        return _Operand(shape, Kind(bool), FITTING[bool], is_condition=True)
    raise mistyped(node.at, "expected a field")


def _constant(node: Value, lifted: _Lifted) -> _Operand:
    """A value beside which nothing gives it a type: it has its own."""
    kind = _kind_of(node)
    if kind is None:
        return _Operand(NULL, None, frozenset())
    value = operand(node, kind)
    slot = lifted.slot(value, value_type=kind.value_type)
    return _Operand(slot, kind, FITTING[kind.value_type])


def _kind_of(node: Node) -> Kind | None:
    if not isinstance(node, Value):
        raise mistyped(node.at, "expected a value")
    if node.value is None:
        return None
    if type(node.value) not in FITTING:
        raise mistyped(node.at, "this value has no type to compare it by")
    return Kind(type(node.value), -(2**63), 2**63 - 1)


def _function(node: Apply, rule: Function, fields: Fields, lifted: _Lifted, depth: int) -> _Operand:
    most = 1 + len(rule.others)
    if not most - rule.optional <= len(node.args) <= most:
        number = str(most) if not rule.optional else f"{most - rule.optional} to {most}"
        raise mistyped(node.at, f"{node.op.value} takes {number} arguments")
    first = _side(node, node.args[0], fields, lifted, depth)
    if isinstance(first.of, Many):
        raise mistyped(node.at, "a function takes no field of several values")
    rest = [
        _argument(arg, takes, fields, lifted, depth)
        for arg, takes in zip(node.args[1:], rule.others, strict=False)
    ]
    shapes = (first.shape, *(arg.shape for arg in rest))
    shape = NULL if NULL in shapes else Do(node.op, shapes)
    return _Operand(shape, Kind(rule.gives), FITTING[rule.gives])


def _argument(node: Node, takes: Types, fields: Fields, lifted: _Lifted, depth: int) -> _Operand:
    """What stands in a function behind its first argument."""
    found = _operand(node, fields, lifted, depth + 1)
    if found.kind is not None and found.kind.value_type not in takes:
        raise mistyped(node.at, "an argument of the wrong type")
    if isinstance(found.of, (Many, FreeText)):
        raise mistyped(node.at, "a function takes no field of several values")
    return found


def _field(node: Name, fields: Fields) -> _Operand:
    found = _found(node, fields)
    shape = Name(node.name)
    if isinstance(found, FreeText):
        return _Operand(shape, Kind(str), frozenset({Op.CONTAINS}), found)
    one = found.one if isinstance(found, Many) else found
    if one is None:
        raise mistyped(node.at, "the field can only be asked for its parts")
    return _Operand(shape, Kind.of(one), one.ops or frozenset(), found)


def _found(node: Node, fields: Fields) -> AnyField:
    found = fields.get(node.name) if isinstance(node, Name) else None
    if found is None:
        raise mistyped(node.at, "there is no such field")
    return found


def _arguments(node: Apply, number: int) -> Iterable[Any]:
    if len(node.args) != number:
        raise mistyped(node.at, f"{node.op.value} takes {number} arguments")
    return node.args


def _pattern(op: Op, node: Node) -> str:
    if op is Op.MATCHES:
        return wildcards(node)
    return like(
        plain_text(node),
        before="" if op is Op.STARTS_WITH else "%",
        after="" if op is Op.ENDS_WITH else "%",
    )
