"""What a filter means, said a second time in plain Python: the tests hold the SQL against it."""

import operator
import re

from charter.kernel.filters.tree import Apply, Name, Op, Value
from tests.kernel.filters.people import EMAILS

COMPARED = {
    Op.EQ: operator.eq,
    Op.LT: operator.lt,
    Op.LE: operator.le,
    Op.GT: operator.gt,
    Op.GE: operator.ge,
}
TEXTUAL = {
    Op.CONTAINS: operator.contains,
    Op.STARTS_WITH: str.startswith,
    Op.ENDS_WITH: str.endswith,
}
TURNED = {Op.LT: Op.GT, Op.GT: Op.LT, Op.LE: Op.GE, Op.GE: Op.LE}
FOLDED = {"nickname", "text"}


def truth(node, row):
    """True, False, or None for null."""
    if isinstance(node, Value):
        return node.value
    if isinstance(node, Name):
        return getattr(row, node.name)
    if node.op in {Op.AND, Op.OR}:
        truths = [truth(arg, row) for arg in node.args]
        return _kleene(truths, decisive=node.op is Op.OR)
    if node.op is Op.NOT:
        inner = truth(node.args[0], row)
        return None if inner is None else not inner
    if node.op is Op.ANY:
        return any(truth(node.args[1], _Email(*email)) for email in EMAILS.get(row.id, ()))
    return _predicate(node, row)


def _kleene(truths, *, decisive):
    if decisive in truths:
        return decisive
    return None if None in truths else not decisive


def _predicate(node, row):
    if node.op in {Op.NE, Op.NOT_IN}:
        plain = Op.EQ if node.op is Op.NE else Op.IN
        return not _predicate(Apply(plain, node.args), row)
    if node.op is Op.IN:
        return any(_predicate(Apply(Op.EQ, (node.args[0], arg)), row) for arg in node.args[1:])
    subject, *rest = node.args
    if isinstance(subject, Value):
        return _predicate(Apply(TURNED.get(node.op, node.op), (*rest, subject)), row)
    if isinstance(subject, Name) and subject.name == "email":
        return _of_many(node.op, [address for address, _ in EMAILS.get(row.id, ())], rest)
    left = _value(subject, row)
    if node.op is Op.EXISTS:
        return left is not None
    right = _value(rest[0], row)
    folded = isinstance(subject, Name) and subject.name in FOLDED
    return _compared(node.op, left, right, folded=folded)


def _of_many(op, values, rest):
    if op is Op.EXISTS:
        return bool(values)
    wanted = rest[0].value
    if wanted is None:
        return not values if op in {Op.EQ, Op.LE, Op.GE} else False
    if op in {Op.EQ, Op.LT, Op.LE, Op.GT, Op.GE}:
        wanted = wanted.lower()
    return any(_compared(op, value, wanted, folded=False) for value in values)


def _compared(op, left, right, *, folded):
    if op in COMPARED:
        if left is None or right is None:
            return left is right and op in {Op.EQ, Op.LE, Op.GE}
        if folded:
            left, right = left.lower(), right.lower()
        return COMPARED[op](left, right)
    if left is None:
        return None
    if folded:
        left, right = left.lower(), right.lower()
    if op in TEXTUAL:
        return TEXTUAL[op](left, right)
    pattern = re.sub(
        r"\\(.)|(.)",
        lambda m: {"*": ".*", "?": "."}.get(m[2]) or re.escape(m[1] or m[2]),
        right,
        flags=re.DOTALL,
    )
    return re.fullmatch(pattern, left, re.DOTALL) is not None


def _value(node, row):
    if isinstance(node, Value):
        return node.value
    if isinstance(node, Name):
        is_text = node.name == "text"
        return f"{row.name} {row.nickname or ''}" if is_text else getattr(row, node.name)
    inner = _value(node.args[0], row)
    if inner is None:
        return None
    return {
        Op.LOWER: lambda: str.lower(inner),
        Op.UPPER: lambda: str.upper(inner),
        Op.TRIM: lambda: inner.strip(" "),
        Op.LENGTH: lambda: len(inner),
        Op.DAY: lambda: inner.day,
    }[node.op]()


class _Email:
    def __init__(self, address, label):
        self.address, self.label = address, label
