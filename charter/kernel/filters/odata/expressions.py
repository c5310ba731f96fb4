"""OData `$filter` as a filter, read by precedence climbing."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import NoReturn

from charter.kernel.filters.names import unknown
from charter.kernel.filters.odata.tokens import Sort, Token, tokens
from charter.kernel.filters.odata.words import (
    CONDITIONS,
    FUNCTIONS,
    FUNCTIONS_LEFT_OUT,
    OPERATORS_LEFT_OUT,
    PARTS,
    RANKED,
    Binary,
    Function,
)
from charter.kernel.filters.tree import (
    LOGICAL,
    Apply,
    Name,
    Node,
    Op,
    Place,
    Value,
    mistyped,
    not_supported,
    syntax,
)

MAX_LEVELS = 50
MAX_CONDITIONS = 100
MAX_LISTED = 200
_SHOWN = 80


def parse(
    text: str, names: Mapping[str, str], now: datetime, *, parameter: str = "$filter"
) -> Node:
    """The tree of an expression such as `name eq 'Acme' and not (createdAt lt now())`.

    `names` has the properties that are offered, with their names in FIELDS; `now` is the moment
    of the call, in UTC. Bounds: 4096 characters, MAX_LEVELS parentheses, signs and functions
    within one another, MAX_CONDITIONS conditions, MAX_LISTED values in a list.
    Raises: FilterSyntax and FilterType, FilterNotSupported for what the standard has and we do
        not, each with its position. Types are checked against FIELDS when the list is asked.
    Source: OData 4.01, part 2, section 5.1.1.
    """
    return _Parser(text, names, now, parameter).whole()


class _Parser:
    """Reads tokens from left to right; `level` counts what is open around an operand."""

    def __init__(self, text: str, names: Mapping[str, str], now: datetime, parameter: str) -> None:
        self.text = text
        self.names = names
        self.now = now
        self.parameter = parameter
        self.tokens = tokens(text, parameter)
        self.index = 0
        self.conditions = 0
        self.joints = 0
        self.negation: tuple[Node, int] | None = None

    @property
    def token(self) -> Token:
        """The next token."""
        return self.tokens[self.index]

    def whole(self) -> Node:
        if self.token.sort is Sort.END:
            raise syntax(self.at(self.token), "the expression is empty")
        node = self.expression(1, 0)
        self.end()
        return node

    def expression(self, least: int, level: int) -> Node:
        """An operand with all operators behind it that rank at least `least`."""
        left = self.unary(level)
        while (binary := RANKED.get(self.token.word)) and binary.rank >= least:
            operator = self.operator()
            right = self.expression(binary.rank + 1, level)
            left = self.joined(binary, operator, left, right)
        return left

    def joined(self, binary: Binary, operator: Token, left: Node, right: Node) -> Node:
        if binary.op in LOGICAL:
            self.joints += 1
            if self.joints >= MAX_CONDITIONS:
                raise syntax(self.at(operator), f"more than {MAX_CONDITIONS} conditions")
            if isinstance(left, Apply) and left.op is binary.op:
                return replace(left, args=(*left.args, right))
        else:
            self.count(operator)
            left = self.hinted(left)
        return Apply(binary.op, (left, right), self.at(operator))

    def hinted(self, left: Node) -> Node:
        """The left side of a comparison; a `not` before it takes that side alone."""
        if self.negation is None or self.negation[0] is not left or not isinstance(left, Apply):
            return left
        negated = self.text[self.negation[1] : self.tokens[self.index - 1].end]
        shown = negated.encode(errors="replace").decode()
        hint = "not binds tighter than the comparison"
        if len(shown) <= _SHOWN:
            hint = f"{hint}: write not ({shown})"
        (operand,) = left.args
        place = operand.at or Place(self.parameter)
        return replace(left, args=(replace(operand, at=replace(place, hint=hint)),))

    def unary(self, level: int) -> Node:
        token = self.token
        if token.word == "not":
            return self.no(level)
        if not token.is_mark("-"):
            return self.among(level)
        self.index += 1
        operand = self.unary(self.within(token, level))
        if isinstance(operand, Value) and type(operand.value) in {int, Decimal}:
            return Value(-operand.value, self.at(token))
        return Apply(Op.NEGATE, (operand,), self.at(token))

    def no(self, level: int) -> Node:
        token = self.operator(is_first=True)
        start = self.token.start
        operand = self.unary(self.within(token, level))
        node = Apply(Op.NOT, (operand,), self.at(token))
        self.negation = (node, start)
        return node

    def among(self, level: int) -> Node:
        """An operand, with the list behind it that it may be `in`."""
        operand = self.operand(level)
        while self.token.word == "in":
            operator = self.operator()
            self.count(operator)
            operand = Apply(Op.IN, (operand, *self.listed()), self.at(operator))
        if self.token.word in OPERATORS_LEFT_OUT:
            raise not_supported(self.at(self.token), self.token.word)
        return operand

    def listed(self) -> Sequence[Value]:
        opening = self.token
        if not opening.is_mark("("):
            if opening.sort is Sort.WORD:
                raise not_supported(self.at(opening), "in without a list of literals")
            self.refuse("expected ( and a list")
        self.index += 1
        found: list[Value] = []
        while not (self.token.is_mark(")") and not found):
            token = self.token
            if token.sort is Sort.WORD or token.is_mark("-"):
                raise not_supported(self.at(token), "an expression in a list")
            if token.sort is not Sort.LITERAL:
                self.refuse("expected a literal")
            found.append(Value(token.value, self.at(token)))
            if len(found) > MAX_LISTED:
                raise syntax(self.at(token), f"more than {MAX_LISTED} values in a list")
            self.index += 1
            if self.token.is_mark(")"):
                break
            self.expect(",")
        self.expect(")")
        return found

    def operand(self, level: int) -> Node:
        token = self.token
        if token.is_mark("("):
            self.index += 1
            node = self.expression(1, self.within(token, level))
            self.expect(")")
            self.negation = None
            return node
        if token.sort is Sort.LITERAL:
            self.index += 1
            return Value(token.value, self.at(token))
        if token.sort is not Sort.WORD:
            self.refuse("expected an operand")
        self.index += 1
        if self.token.is_mark("("):
            return self.call(token, level)
        if token.text in self.names:
            return Name(self.names[token.text], self.at(token))
        if token.text in {"INF", "NaN"}:
            raise not_supported(self.at(token), token.text)
        raise mistyped(self.at(token), unknown("property", token.text, (*self.names, "null")))

    def call(self, token: Token, level: int) -> Node:
        if token.word in FUNCTIONS_LEFT_OUT:
            raise not_supported(self.at(token), f"the function {token.text}")
        function = FUNCTIONS.get(token.word)
        if function is None:
            raise syntax(self.at(token), unknown("function", token.text, FUNCTIONS))
        args = self.arguments(self.within(token, level))
        if not function.least <= len(args) <= function.most:
            numbers = sorted({function.least, function.most})
            expected = " or ".join(map(str, numbers))
            plural = "" if expected == "1" else "s"
            reason = f"{token.word} takes {expected} argument{plural}, not {len(args)}"
            raise mistyped(self.at(token), reason)
        return self.called(function, args, token)

    def called(self, function: Function, args: Sequence[Node], token: Token) -> Node:
        at = self.at(token)
        if function.op is None:
            return Value(self.now, at)
        if function.op in CONDITIONS:
            self.count(token)
        first = args[0]
        if isinstance(first, Value):
            part = PARTS.get(type(first.value), {}).get(function.op)
            if part is not None:
                return Value(part(first.value), at)
        if function.op is Op.SUBSTRING:
            _check_bounds(args)
        return Apply(function.op, tuple(args), at)

    def arguments(self, level: int) -> Sequence[Node]:
        self.expect("(")
        found: list[Node] = []
        while not (self.token.is_mark(")") and not found):
            found.append(self.expression(1, level))
            if self.token.is_mark(")"):
                break
            self.expect(",")
        self.expect(")")
        return found

    def operator(self, *, is_first: bool = False) -> Token:
        """Take an operator, which has blanks around it; `not` needs none before a parenthesis."""
        token = self.token
        self.index += 1
        is_apart = self.token.follows_blank or (is_first and self.token.is_mark("("))
        if not is_apart or not (token.follows_blank or is_first):
            raise syntax(self.at(token), f"expected blanks around {token.word}")
        return token

    def expect(self, mark: str) -> None:
        if not self.token.is_mark(mark):
            self.refuse(f"expected {mark}")
        self.index += 1

    def within(self, token: Token, level: int) -> int:
        """The level within a token's parentheses or behind its sign."""
        if level == MAX_LEVELS:
            raise syntax(self.at(token), f"nested deeper than {MAX_LEVELS}")
        return level + 1

    def count(self, token: Token) -> None:
        self.conditions += 1
        if self.conditions > MAX_CONDITIONS:
            raise syntax(self.at(token), f"more than {MAX_CONDITIONS} conditions")

    def at(self, token: Token) -> Place:
        return Place(self.parameter, token.start)

    def refuse(self, reason: str) -> NoReturn:
        token = self.token
        if token.sort is Sort.END:
            reason = f"{reason}, but the expression ends"
        raise syntax(self.at(token), reason)

    def end(self) -> None:
        if self.token.sort is Sort.END:
            return
        if self.token.is_mark(")"):
            self.refuse("there is no ( for this )")
        self.refuse("expected an operator, as in name eq 'Acme'")


def _check_bounds(args: Sequence[Node]) -> None:
    """Refuse a substring that is written with a negative start or length."""
    for bound, what in zip(args[1:], ("start", "length"), strict=False):
        if isinstance(bound, Value) and type(bound.value) is int and bound.value < 0:
            at = bound.at or Place("$filter")
            if what == "start":
                raise not_supported(at, "a negative start of substring")
            raise mistyped(at, "the length of a substring is not negative")
