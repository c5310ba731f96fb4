"""Checks a tree against a list's fields and lifts its values out: what stays is its shape."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from charter.kernel.filters.fields import AnyField, Field, Fields, FreeText, Many
from charter.kernel.filters.rules import FITTING, FLIPPED, FUNCTIONS, PREDICATES, TEXTUAL
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


@dataclass(frozen=True)
class Slot:
    """The place of a lifted value: the bind parameter `f_<index>`, an array of them or one."""

    index: int
    is_array: bool = False

    @property
    def parameter(self) -> str:
        """The name of the bind parameter."""
        return f"f_{self.index}"


@dataclass(frozen=True)
class Do:
    """An operator of a shape. `args` start with what the operator is applied to."""

    op: Op
    args: "tuple[Shape, ...]"


Shape: TypeAlias = Name | Value | Slot | Do
"""A checked tree without its values: equal for equal statements. A Value in it is a constant.

NE and NOT_IN have become NOT; all text operators MATCHES, whose slot holds a LIKE pattern.
"""


@dataclass(frozen=True)
class _Operand:
    """What stands on a side of a predicate."""

    shape: Shape
    kind: Kind
    ops: frozenset[Op]
    of: AnyField | None = None


@dataclass
class _Lifted:
    values: dict[str, Any] = field(default_factory=dict)
    terms: int = 0
    elements: int = 0

    def slot(self, value: Any, *, is_array: bool = False) -> Slot:
        slot = Slot(len(self.values), is_array)
        self.values[slot.parameter] = value
        return slot


def lift(tree: Node, fields: Fields) -> tuple[Shape, dict[str, Any]]:
    """The shape of a tree and its values by parameter name, in the order of the tree.

    Raises: FilterType for an unknown field, an operator the field does not take, an operand of
        the wrong type, nesting beyond MAX_DEPTH, or more than MAX_TERMS conditions.
    """
    lifted = _Lifted()
    return _condition(tree, fields, lifted, 0), lifted.values


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
    if isinstance(node, Value) and isinstance(node.value, bool):
        return node
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
        return Do(Op.EXISTS, (_side(node, subject, fields, depth).shape,))
    first, second = _arguments(node, 2)
    if node.op in TEXTUAL:
        side = _side(node, first, fields, depth)
        return Do(Op.MATCHES, (side.shape, lifted.slot(_pattern(node.op, second))))
    op: Op = node.op
    if isinstance(first, (Value, Text)):
        first, second, op = second, first, FLIPPED[op]
    side = _side(Apply(op, node.args, node.at), first, fields, depth)
    other = _other(side, second, fields, lifted, depth)
    if op is Op.NE:
        return Do(Op.NOT, (Do(Op.EQ, (side.shape, other)),))
    return Do(op, (side.shape, other))


def _other(
    side: _Operand, second: Node, fields: Fields, lifted: _Lifted, depth: int
) -> Name | Value | Slot | Do:
    """The right side of a comparison: a value, or another field of the same type."""
    if isinstance(second, (Value, Text)):
        value = operand(second, side.kind)
        return Value(None) if value is None else lifted.slot(value)
    other = _operand(second, fields, depth + 1)
    if other.kind.value_type is not side.kind.value_type:
        raise mistyped(second.at, "the two sides have different types")
    if isinstance(side.of, Many) or isinstance(other.of, (Many, FreeText)):
        raise mistyped(second.at, "a field of several values is compared with values only")
    return other.shape


def _one_of(node: Apply, fields: Fields, lifted: _Lifted, depth: int) -> Shape:
    if not node.args:
        raise mistyped(node.at, "in has no field")
    side = _side(node, node.args[0], fields, depth)
    lifted.elements += len(node.args) - 1
    if lifted.elements > MAX_VALUES:
        raise mistyped(node.at, f"more than {MAX_VALUES} values")
    values = [operand(arg, side.kind) for arg in node.args[1:]]
    present = [value for value in values if value is not None]
    shape: Shape = Do(Op.IN, (side.shape, lifted.slot(present, is_array=True)))
    if len(present) < len(values):
        shape = Do(Op.OR, (shape, Do(Op.EQ, (side.shape, Value(None)))))
    return Do(Op.NOT, (shape,)) if node.op is Op.NOT_IN else shape


def _side(node: Apply, subject: Node, fields: Fields, depth: int) -> _Operand:
    """The left side of a predicate, which has to take the predicate's operator."""
    side = _operand(subject, fields, depth + 1)
    if node.op not in side.ops:
        raise mistyped(node.at or subject.at, f"the field does not take {node.op.value}")
    return side


def _operand(node: Node, fields: Fields, depth: int) -> _Operand:
    if depth > MAX_DEPTH:
        raise mistyped(node.at, f"nested deeper than {MAX_DEPTH}")
    if isinstance(node, Name):
        return _field(node, fields)
    if isinstance(node, Apply) and node.op in FUNCTIONS:
        (argument,) = _arguments(node, 1)
        inner = _side(node, argument, fields, depth)
        if isinstance(inner.of, Many):
            raise mistyped(node.at, "a function takes no field of several values")
        gives = FUNCTIONS[node.op].gives
        return _Operand(Do(node.op, (inner.shape,)), Kind(gives), FITTING[gives])
    raise mistyped(node.at, "expected a field")


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
