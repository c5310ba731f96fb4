"""Writes a tree as Lucene, or says that Lucene has no words for it."""

import re
from decimal import Decimal

from charter.kernel.filters.tree import Apply, Name, Op, Value

BOUNDS = {Op.LT: "{{* TO {}}}", Op.LE: "{{* TO {}]", Op.GT: "{{{} TO *}}", Op.GE: "[{} TO *]"}
TURNED = {Op.LT: Op.GT, Op.GT: Op.LT, Op.LE: Op.GE, Op.GE: Op.LE}


class Wordless(Exception):
    """Lucene cannot say it."""


def write(node, *, is_negated=False):
    """Raises: Wordless."""
    if not isinstance(node, Apply):
        # Null for the tree is false for whoever asks for a word: under a negation they differ.
        if isinstance(node, Name) and not is_negated:
            return f"{node.name}:true"
        raise Wordless
    if node.op in {Op.AND, Op.OR}:
        word = f" {node.op.name} "
        parts = [write(arg, is_negated=is_negated) for arg in node.args]
        return "(" + word.join(parts) + ")"
    if node.op is Op.NOT:
        return f"(NOT {write(node.args[0], is_negated=True)})"
    if node.op in {Op.NE, Op.NOT_IN}:
        plain = Op.EQ if node.op is Op.NE else Op.IN
        return f"(NOT {write(Apply(plain, node.args))})"
    return _clause(node)


def _clause(node):
    first, *rest = node.args
    op = node.op
    if isinstance(first, Value) and rest:
        (first, *rest), op = (*rest, first), TURNED.get(op, op)
    if not isinstance(first, Name) or any(not isinstance(arg, Value) for arg in rest):
        raise Wordless
    if op is Op.EXISTS:
        return f"{first.name}:*"
    if op is Op.IN:
        if not rest:
            raise Wordless
        each = [_clause(Apply(Op.EQ, (first, arg))) for arg in rest]
        return "(" + " OR ".join(each) + ")"
    value = rest[0].value
    if value is None:
        if op in {Op.EQ, Op.LE, Op.GE}:
            return f"(NOT {first.name}:*)"
        raise Wordless
    if op is Op.EQ:
        return f"{first.name}:{_quoted(value)}"
    if op in BOUNDS:
        return f"{first.name}:" + BOUNDS[op].format(_quoted(value))
    return f"{first.name}:{_wild(op, value)}"


def _quoted(value):
    text = value.isoformat() if hasattr(value, "isoformat") else str(value)
    if isinstance(value, Decimal):
        text = f"{value:f}"
    return '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'


def _wild(op, text):
    if op is Op.MATCHES:
        if not re.fullmatch(r"(\\.|[^\\\s])+", text, re.DOTALL):
            raise Wordless
        return re.sub(r"(\\.)|([*?\w])|(.)", lambda m: m[1] or m[2] or "\\" + m[3], text)
    escaped = re.sub(r"(\W)", r"\\\1", text)
    before = "" if op is Op.STARTS_WITH else "*"
    after = "" if op is Op.ENDS_WITH else "*"
    # A star alone asks for a value, and two of them for any text at all: the same rows or null.
    return f"{before}{escaped}{after}" if escaped else "**"
