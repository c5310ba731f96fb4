"""Lucene query text as a filter; the grammar is luqum's, its meaning and its limits are ours."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import Any

from luqum import tree as lucene  # type: ignore[import-untyped]  # it has no types
from luqum.exceptions import ParseError  # type: ignore[import-untyped]
from ply import yacc  # type: ignore[import-untyped]

from charter.kernel.filters.tree import Apply, FilterSyntax, Name, Node, Op, Place, Text, syntax

_FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_.]{0,63}")
_PIECE = re.compile(r"\\(.)|([*?])|(.)", re.DOTALL)
_POSITION = re.compile(r"position (\d+)!?\Z")
_REFUSED = {
    "REGEX": "regular expressions are not supported",
    "APPROX": "~ is not supported",
    "BOOST": "^ is not supported",
}


@dataclass(frozen=True)
class Rules:
    """What a surface takes. Words without a field are looked for in all `bare` fields.

    Limits: `max_length` in characters, `max_terms` in values, `max_depth` in parentheses and
    negations within one another, `max_wildcards` in `*` and `?`.
    """

    bare: tuple[str, ...] = ()
    parameter: str = "query"
    has_negation: bool = True
    has_ranges: bool = True
    max_length: int = 1024
    max_terms: int = 32
    max_depth: int = 8
    max_wildcards: int = 8


def parse(text: str, rules: Rules = Rules()) -> Node:
    """The tree of a query such as `role:owner AND created_at:{2026-01-01T00:00:00Z TO *}`.

    Values match whole, `*` and `?` stand for other characters unless quoted or escaped, and
    `field:*` means that it has a value. Clauses side by side need an operator between them,
    unless each has `+` or `-` before it.
    Raises: FilterSyntax, with the position of the mistake.
    """
    if len(text) > rules.max_length:
        reason = f"longer than {rules.max_length} characters"
        raise syntax(Place(rules.parameter, rules.max_length), reason)
    if not text.strip():
        raise syntax(Place(rules.parameter), "the query is empty")
    return _Reader(rules).node(_parsed(text, rules), None, 0)


def _quiet_grammar() -> Any:
    # ply may rebuild its tables while luqum is imported: then without writing or printing.
    original = yacc.yacc
    yacc.yacc = partial(original, write_tables=False, debug=False, errorlog=yacc.NullLogger())
    try:
        return import_module("luqum.parser")
    finally:
        yacc.yacc = original


_GRAMMAR = _quiet_grammar()


def _parsed(text: str, rules: Rules) -> Any:
    # The state of a parse is in the lexer, and the tables of the parser do not change.
    lexer = _GRAMMAR.lexer.clone()
    try:
        _scan(lexer, text, rules)
        return _GRAMMAR.parser.parse(text, lexer=lexer)
    except ParseError as error:
        found = _POSITION.search(str(error))
        position = int(found[1]) if found else len(text)
        reason = "unexpected here" if position < len(text) else "the query ends too early"
        raise syntax(Place(rules.parameter, position), reason) from error


def _scan(lexer: Any, text: str, rules: Rules) -> None:
    """Refuse, token by token, what the grammar knows and we do not, and what is too much."""
    lexer.input(text)
    terms = wildcards = 0
    for token in iter(lexer.token, None):
        at = Place(rules.parameter, token.lexpos)
        if token.type in _REFUSED:
            raise syntax(at, _REFUSED[token.type])
        if token.type == "TERM":
            _check_word(token.value.value, at)
            wildcards += sum(bool(many) for _, many, _ in _PIECE.findall(token.value.value))
        # The name before a colon was counted as a term.
        terms += {"TERM": 1, "PHRASE": 1, "COLUMN": -1}.get(token.type, 0)
        if terms > rules.max_terms:
            raise syntax(at, f"more than {rules.max_terms} terms")
        if wildcards > rules.max_wildcards:
            raise syntax(at, f"more than {rules.max_wildcards} wildcards")


def _check_word(word: str, at: Place) -> None:
    bare = re.sub(r"\\.", "__", word, flags=re.DOTALL)
    if '"' in bare:
        raise syntax(Place(at.parameter, at.position + bare.index('"')), "a quote inside a word")
    if bare in {"&&", "||"} or bare.startswith("!"):
        raise syntax(at, "write AND, OR and NOT, or escape with a backslash")


class _Reader:
    """Turns luqum's tree into ours."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules

    def node(self, item: Any, field: Name | None, depth: int) -> Node:
        if depth > self.rules.max_depth:
            raise self.wrong(item, f"nested deeper than {self.rules.max_depth}")
        if isinstance(item, (lucene.Group, lucene.FieldGroup)):
            return self.node(item.expr, field, depth + 1)
        if isinstance(item, lucene.Plus):
            return self.node(item.a, field, depth + 1)
        if isinstance(item, (lucene.Not, lucene.Prohibit)):
            return self.negation(item, field, depth)
        if isinstance(item, lucene.BaseOperation):
            return self.operation(item, field, depth)
        if isinstance(item, lucene.SearchField):
            return self.clause(item, field, depth)
        return self.value(item, field)

    def negation(self, item: Any, field: Name | None, depth: int) -> Node:
        if not self.rules.has_negation:
            raise self.wrong(item, "negation is not allowed here")
        return Apply(Op.NOT, (self.node(item.a, field, depth + 1),), self.at(item))

    def clause(self, item: Any, field: Name | None, depth: int) -> Node:
        if field is not None:
            raise self.wrong(item, "a field inside the values of a field")
        if _FIELD.fullmatch(item.name) is None:
            raise self.wrong(item, "this is not the name of a field")
        if isinstance(item.expr, (lucene.Plus, lucene.Prohibit, lucene.Not)):
            raise self.wrong(item.expr, "put the sign before the field, or quote the value")
        return self.node(item.expr, Name(item.name, self.at(item)), depth)

    def operation(self, item: Any, field: Name | None, depth: int) -> Node:
        if isinstance(item, lucene.UnknownOperation):
            for operand in item.operands:
                if not isinstance(operand, (lucene.Plus, lucene.Prohibit)):
                    raise self.wrong(item.operands[1], "expected AND or OR before this")
        op = Op.OR if isinstance(item, lucene.OrOperation) else Op.AND
        args = tuple(self.node(operand, field, depth) for operand in item.operands)
        return Apply(op, args, self.at(item))

    def value(self, item: Any, field: Name | None) -> Node:
        if isinstance(item, (lucene.Word, lucene.Phrase)):
            if field is not None:
                return self.match(item, field, Op.EQ)
            return self.bare(item)
        if field is None:
            raise self.wrong(item, "a range needs a field before it")
        if not self.rules.has_ranges:
            raise self.wrong(item, "ranges are not allowed here")
        bounds = tuple(self.bounds(item, field))
        if not bounds:
            return Apply(Op.EXISTS, (field,), self.at(item))
        return bounds[0] if len(bounds) == 1 else Apply(Op.AND, bounds, self.at(item))

    def bare(self, item: Any) -> Node:
        if not self.rules.bare:
            raise self.wrong(item, "expected a field, as in field:value")
        at = self.at(item)
        args = tuple(self.match(item, Name(name, at), Op.CONTAINS) for name in self.rules.bare)
        return args[0] if len(args) == 1 else Apply(Op.OR, args, at)

    def match(self, item: Any, field: Name, whole: Op) -> Node:
        """The condition that a field matches a word or a phrase."""
        at = self.at(item)
        if isinstance(item, lucene.Phrase):
            return Apply(whole, (field, Text(_literal(item.value[1:-1]), at)), at)
        if item.value == "*":
            return Apply(Op.EXISTS, (field,), at)
        op, text = _wildcards(item.value)
        return Apply(op or whole, (field, Text(text, at)), at)

    def bounds(self, item: Any, field: Name) -> Iterator[Node]:
        """The one or two comparisons of a range; none for `[* TO *]`."""
        match item:
            case lucene.Range():
                sides = [
                    (item.low, Op.GE if item.include_low else Op.GT),
                    (item.high, Op.LE if item.include_high else Op.LT),
                ]
            case lucene.From():
                sides = [(item.a, Op.GE if item.include else Op.GT)]
            case lucene.To():
                sides = [(item.a, Op.LE if item.include else Op.LT)]
            case _:
                raise self.wrong(item, "not supported")
        for bound, op in sides:
            text = self.bound(bound)
            if text is not None:
                yield Apply(op, (field, text), self.at(item))

    def bound(self, item: Any) -> Text | None:
        if isinstance(item, lucene.Prohibit):
            inner = self.bound(item.a)
            if inner is None:
                raise self.wrong(item, "expected a value")
            return Text("-" + inner.text, self.at(item))
        if isinstance(item, lucene.Phrase):
            return Text(_literal(item.value[1:-1]), self.at(item))
        if item.value == "*":
            return None
        if any(wildcard for _, wildcard, _ in _PIECE.findall(item.value)):
            raise self.wrong(item, "a range has no wildcards but * alone")
        return Text(_literal(item.value), self.at(item))

    def at(self, item: Any) -> Place:
        return Place(self.rules.parameter, item.pos or 0)

    def wrong(self, item: Any, reason: str) -> FilterSyntax:
        return syntax(self.at(item), reason)


def _wildcards(word: str) -> tuple[Op | None, str]:
    """The narrowest operator for a word's wildcards, with its text; None for a word without."""
    pieces = _PIECE.findall(word)
    is_wild = [bool(wildcard) for _, wildcard, _ in pieces]
    if not any(is_wild):
        return None, _literal(word)
    starts, ends = (piece[1] == "*" for piece in (pieces[0], pieces[-1]))
    if len(pieces) == 1 or any(is_wild[starts : len(pieces) - ends]):
        return Op.MATCHES, word
    text = _literal(word[starts : len(word) - ends])
    if starts and ends:
        return Op.CONTAINS, text
    return (Op.ENDS_WITH if starts else Op.STARTS_WITH), text


def _literal(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)
