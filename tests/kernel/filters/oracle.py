"""What a filter means, said a second time in plain Python: the tests hold the SQL against it."""

import operator
import re

from charter.kernel.filters.rules import FUNCTIONS, WHITE_SPACE
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
TURNED = {Op.EQ: Op.EQ, Op.LT: Op.GT, Op.GT: Op.LT, Op.LE: Op.GE, Op.GE: Op.LE}
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
    is_turned = isinstance(subject, Value) and node.op in TURNED
    if is_turned and not isinstance(rest[0], Value):
        return _predicate(Apply(TURNED[node.op], (*rest, subject)), row)
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
    if left is None or right is None:
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
    if node.op not in FUNCTIONS:
        return truth(node, row)
    args = [_value(arg, row) for arg in node.args]
    return None if None in args else MADE[node.op](*args)


def _by_character(change):
    """A change of case that leaves alone what would become several characters."""

    def changed(text):
        return "".join(made if len(made := change(each)) == 1 else each for each in text)

    return changed


def _substring(text, start, length=None):
    start = max(start, 0)
    return text[start:] if length is None else text[start : start + max(length, 0)]


MADE = {
    Op.LOWER: _by_character(str.lower),
    Op.UPPER: _by_character(str.upper),
    Op.TRIM: lambda text: text.strip(WHITE_SPACE),
    Op.LENGTH: len,
    Op.INDEX_OF: str.find,
    Op.SUBSTRING: _substring,
    Op.CONCAT: operator.add,
    Op.NEGATE: operator.neg,
    Op.DATE: lambda moment: moment.date(),
    Op.YEAR: lambda day: day.year,
    Op.MONTH: lambda day: day.month,
    Op.DAY: lambda day: day.day,
    Op.HOUR: lambda moment: moment.hour,
    Op.MINUTE: lambda moment: moment.minute,
    Op.SECOND: lambda moment: moment.second,
}


class _Email:
    def __init__(self, address, label):
        self.address, self.label = address, label
