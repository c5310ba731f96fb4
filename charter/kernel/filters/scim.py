"""SCIM filters and paths. Source: RFC 7644, sections 3.4.2.2 and 3.5.2.

Attributes and operators are read in any case; a name in the tree is in lower case, without the URN
of a schema before it.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from charter.kernel.filters.tree import (
    Apply,
    FilterSyntax,
    Name,
    Node,
    Op,
    Place,
    Text,
    Value,
    syntax,
)

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<text>"(?:[^"\\]|\\.)*")
      | (?P<number>-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?![\w.]))
      | (?P<word>(?:urn:[\w.:\-]+:)?[A-Za-z$][\w$\-]*(?:\.[A-Za-z$][\w$\-]*)?)
      | (?P<mark>[()\[\]])
      | (?P<dot>\.(?=[A-Za-z$]))
    )""",
    re.VERBOSE,
)
_OPERATORS = {
    "eq": Op.EQ,
    "ne": Op.NE,
    "co": Op.CONTAINS,
    "sw": Op.STARTS_WITH,
    "ew": Op.ENDS_WITH,
    "gt": Op.GT,
    "ge": Op.GE,
    "lt": Op.LT,
    "le": Op.LE,
}
_WORDS = {"true": True, "false": False, "null": None}


@dataclass(frozen=True)
class Rules:
    """What is taken: characters, comparisons, and brackets and negations within one another."""

    parameter: str = "filter"
    max_length: int = 2048
    max_terms: int = 32
    max_depth: int = 8


@dataclass(frozen=True)
class Path:
    """What a PATCH is about: an attribute, those of its values that meet a condition, a part.

    name, part: in lower case; name is without the URN of a schema, which `schema` has.
    """

    name: str
    part: str | None = None
    condition: Node | None = None
    schema: str | None = None


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    position: int


def parse(text: str, rules: Rules = Rules()) -> Node:
    """The tree of a filter such as `userName sw "j" and emails[type eq "work"]`.

    Raises: FilterSyntax, with the position of the mistake.
    """
    reader = _Reader(text, rules)
    if reader.is_at_end:
        raise syntax(Place(rules.parameter), "the filter is empty")
    node = reader.either(0)
    reader.end()
    return node


def parse_path(text: str, rules: Rules = Rules(parameter="path")) -> Path:
    """A path such as `name.familyName` or `emails[type eq "work"].value`.

    Raises: FilterSyntax, with the position of the mistake.
    """
    reader = _Reader(text, rules)
    schema, name, part = _split(reader.word("expected an attribute"))
    condition = None
    if reader.takes("["):
        if part is not None:
            raise reader.wrong("a condition stands behind an attribute, not behind a part of one")
        condition = reader.either(1)
        reader.expect("]")
        if reader.takes("."):
            part = reader.word("expected a part of the attribute").text.lower()
    reader.end()
    return Path(name, part, condition, schema)


def _split(token: _Token) -> tuple[str | None, str, str | None]:
    """The URN, the attribute and the part of it that a word names."""
    schema, _, path = token.text.rpartition(":")
    name, _, part = path.lower().partition(".")
    return schema or None, name, part or None


class _Reader:
    """Reads from left to right; OR binds less than AND, and that less than NOT."""

    def __init__(self, text: str, rules: Rules) -> None:
        self._rules = rules
        if len(text) > rules.max_length:
            reason = f"longer than {rules.max_length} characters"
            raise syntax(Place(rules.parameter, rules.max_length), reason)
        self._tokens: list[_Token] = list(self._scan(text))
        self._length = len(text)
        self._next = 0
        self._terms = 0

    def _scan(self, text: str) -> Iterator[_Token]:
        position, end = 0, len(text.rstrip())
        while position < end:
            found = _TOKEN.match(text, position)
            if found is None or found.lastgroup is None:
                while text[position].isspace():
                    position += 1
                raise syntax(Place(self._rules.parameter, position), "unexpected here")
            yield _Token(found.lastgroup, found[found.lastgroup], found.start(found.lastgroup))
            position = found.end()

    @property
    def is_at_end(self) -> bool:
        return self._next >= len(self._tokens)

    @property
    def _token(self) -> _Token:
        if self.is_at_end:
            return _Token("end", "", self._length)
        return self._tokens[self._next]

    def wrong(self, reason: str) -> FilterSyntax:
        if self.is_at_end and self._next:
            reason = f"it ends too early: {reason}"
        return syntax(Place(self._rules.parameter, self._token.position), reason)

    def takes(self, text: str) -> bool:
        """Whether this mark or word comes next, which is then read."""
        if self._token.kind not in {"mark", "word", "dot"} or self._token.text.lower() != text:
            return False
        self._next += 1
        return True

    def expect(self, mark: str) -> None:
        if not self.takes(mark):
            raise self.wrong(f"expected {mark}")

    def word(self, reason: str) -> _Token:
        token = self._token
        if token.kind != "word":
            raise self.wrong(reason)
        self._next += 1
        return token

    def end(self) -> None:
        if not self.is_at_end:
            raise self.wrong("expected and, or, or the end")

    def either(self, depth: int) -> Node:
        if depth > self._rules.max_depth:
            raise self.wrong(f"nested deeper than {self._rules.max_depth}")
        found = [self._both(depth)]
        while self.takes("or"):
            found.append(self._both(depth))
        return found[0] if len(found) == 1 else Apply(Op.OR, tuple(found), found[0].at)

    def _both(self, depth: int) -> Node:
        found = [self._one(depth)]
        while self.takes("and"):
            found.append(self._one(depth))
        return found[0] if len(found) == 1 else Apply(Op.AND, tuple(found), found[0].at)

    def _one(self, depth: int) -> Node:
        place = Place(self._rules.parameter, self._token.position)
        if self._is_negation():
            self._next += 1
            return Apply(Op.NOT, (self._grouped(depth),), place)
        if self._token.text == "(":
            return self._grouped(depth)
        token = self.word("expected an attribute")
        _, name, part = _split(token)
        at = Place(self._rules.parameter, token.position)
        if self.takes("["):
            if part is not None:
                raise self.wrong("a condition stands behind an attribute")
            inner = self.either(depth + 1)
            self.expect("]")
            return Apply(Op.ANY, (Name(name, at), inner), at)
        return self._compared(Name(name if part is None else f"{name}.{part}", at), at)

    def _is_negation(self) -> bool:
        following = self._tokens[self._next + 1 : self._next + 2]
        is_not = self._token.kind == "word" and self._token.text.lower() == "not"
        return is_not and bool(following) and following[0].text == "("

    def _grouped(self, depth: int) -> Node:
        self.expect("(")
        found = self.either(depth + 1)
        self.expect(")")
        return found

    def _compared(self, name: Name, at: Place) -> Node:
        self._terms += 1
        if self._terms > self._rules.max_terms:
            raise self.wrong(f"more than {self._rules.max_terms} comparisons")
        if self.takes("pr"):
            return Apply(Op.EXISTS, (name,), at)
        op = _OPERATORS.get(self._token.text.lower()) if self._token.kind == "word" else None
        if op is None:
            raise self.wrong("expected one of eq, ne, co, sw, ew, pr, gt, ge, lt, le")
        self._next += 1
        return Apply(op, (name, self._value()), at)

    def _value(self) -> Node:
        token, at = self._token, Place(self._rules.parameter, self._token.position)
        if token.kind == "text":
            try:
                value: Node = Text(json.loads(token.text, strict=False), at)
            except ValueError as mistake:
                raise self.wrong("this is not a text of JSON") from mistake
        elif token.kind == "number":
            value = Text(token.text, at)
        elif token.kind == "word" and token.text.lower() in _WORDS:
            value = Value(_WORDS[token.text.lower()], at)
        else:
            raise self.wrong("expected a value, texts in quotation marks")
        self._next += 1
        return value
