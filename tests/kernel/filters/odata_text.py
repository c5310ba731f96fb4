"""Writes a tree as OData, with the blanks and parentheses that it needs or some more."""

from datetime import date, datetime
from decimal import Decimal

from charter.kernel.filters.tree import Apply, Name, Op, Value
from tests.kernel.filters.accounts import NAMES

SPELLED = {name: each for each, name in NAMES.items()}
WORDS = {
    Op.CONTAINS: "contains",
    Op.STARTS_WITH: "startswith",
    Op.ENDS_WITH: "endswith",
    Op.LOWER: "tolower",
    Op.UPPER: "toupper",
    Op.TRIM: "trim",
    Op.LENGTH: "length",
    Op.INDEX_OF: "indexof",
    Op.SUBSTRING: "substring",
    Op.CONCAT: "concat",
    Op.DATE: "date",
    Op.YEAR: "year",
    Op.MONTH: "month",
    Op.DAY: "day",
    Op.HOUR: "hour",
    Op.MINUTE: "minute",
    Op.SECOND: "second",
}
RANKS = {
    Op.OR: 1, Op.AND: 2, Op.EQ: 3, Op.NE: 3, Op.LT: 4, Op.LE: 4, Op.GT: 4, Op.GE: 4,
}  # fmt: skip
UNARY, AMONG, OPERAND = 6, 7, 8


class Writer:
    """`random` decides on case, blanks and parentheses that change nothing."""

    def __init__(self, random):
        self.random = random

    def write(self, node):
        return self.padded(self.at_least(node, 0))

    def at_least(self, node, rank):
        text, own = self.ranked(node)
        is_spare = self.random.random() < 0.1
        return f"({self.padded(text)})" if own < rank or is_spare else text

    def ranked(self, node):
        if isinstance(node, (Name, Value)):
            is_name = isinstance(node, Name)
            return SPELLED[node.name] if is_name else literal(node.value), OPERAND
        if node.op in RANKS:
            return self.binary(node), RANKS[node.op]
        if node.op in {Op.NOT, Op.NEGATE}:
            sign = "-" if node.op is Op.NEGATE else self.cased("not") + " "
            return sign + self.at_least(node.args[0], UNARY), UNARY
        if node.op is Op.NOT_IN:
            return self.ranked(Apply(Op.NOT, (Apply(Op.IN, node.args),)))
        if node.op is Op.IN:
            left, *listed = node.args
            inner = self.padded(self.comma().join(literal(each.value) for each in listed))
            return f"{self.at_least(left, AMONG)} {self.cased('in')} ({inner})", AMONG
        inner = self.comma().join(self.at_least(arg, 0) for arg in node.args)
        return f"{self.cased(WORDS[node.op])}({self.padded(inner)})", OPERAND

    def binary(self, node):
        rank = RANKS[node.op]
        first, *others = node.args
        parts = [self.at_least(first, rank), *(self.at_least(arg, rank + 1) for arg in others)]
        return f" {self.cased(node.op.value)} ".join(parts)

    def padded(self, text):
        return " " * self.random.choice([0, 0, 0, 1]) + text + " " * self.random.choice([0, 0, 1])

    def comma(self):
        return self.random.choice([",", ", ", " , "])

    def cased(self, word):
        return self.random.choice([word, word, word.upper(), word.title()])


def literal(value):
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    assert isinstance(value, (int, Decimal))
    return str(value)
