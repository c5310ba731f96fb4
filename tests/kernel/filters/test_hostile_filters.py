"""Queries that were written to cost or to break: each is refused or answered, and soon."""

import asyncio
import sys
from decimal import Decimal

import asyncpg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from charter.kernel.errors import DomainError, Kind
from charter.kernel.filters import lucene
from charter.kernel.filters.odata import orders, selected
from charter.kernel.filters.tree import (
    Apply,
    FilterNotSupported,
    FilterSyntax,
    FilterType,
    Name,
    Op,
    Value,
)
from charter.kernel.lists import Search
from tests.costs import cost
from tests.kernel.filters.accounts import ACCOUNTS, NAMES, asking, read
from tests.kernel.filters.people import PEOPLE, fill

REFUSALS = (FilterSyntax, FilterType, FilterNotSupported)
SECONDS = 0.5  # five times what one may take, since machines differ
ENDLESS = {
    "parentheses": "(" * 50_000,
    "parentheses within bounds": "(" * 4096,
    "closed parentheses": "(" * 2000 + "true" + ")" * 2000,
    "not": "not " * 10_000,
    "not within bounds": "not " * 1000 + "true",
    "signs": "-" * 4000 + "id eq 1",
    "conditions": "id eq 1 or " * 372 + "true",
    "constants": "true or " * 510 + "true",
    "comparisons": "true" + " eq true" * 500,
    "functions": "trim(" * 800,
    "a list": f"id in ({'1,' * 2000}1)",
    "commas": "contains(" + "," * 4000 + ")",
    "quotes": "name eq " + "'" * 4001,
    "an open text": "name eq '" + "x" * 4000,
    "blanks": " " * 4096,
    "digits": "id eq " + "9" * 4000,
    "a long sign": "id eq -" + "9" * 4000,
    "an exponent": "id eq 1e999999999",
    "a small exponent": "score eq 1e-999999999",
    "a long fraction": "score eq 0." + "9" * 4000 + "e400",
    "a year beyond": "createdAt gt 99999-01-01T00:00:00Z",
    "NUL in a text": "name eq 'a\0b'",
    "NUL": "name\0 eq 'x'",
    "a lone surrogate": "name eq '\ud800'",
    "a lone surrogate as a name": "\udfff eq 1",
    "a lone surrogate after not": "not name eq '\ud800'",
    "full-width digits": "id eq \uff11\uff12",
    "other digits": "id eq ٣",
    "a long name": "n" * 4000 + " eq 1",
    "dots": "a" + ".a" * 2000,
    "an expression of the caller's": "matchesPattern(name,'^(a+)+$')",
}
ANSWERED = {
    "huge numbers": "id lt 9223372036854775807 and id gt -9223372036854775808",
    "a negated bound": "-(-id) lt 9223372036854775807 or - -9223372036854775807 eq -id",
    "a huge fraction": "score lt 1e300 and score gt -1e300",
    "a small fraction": "score ne 1e-300",
    "all times": "createdAt gt 0001-01-01T00:00:00Z and createdAt lt 9999-12-31T23:59:59.999999Z",
    "substrings of nothing": "substring(name,id,id) ne substring(name,4611686018427387904,id)",
    "negative bounds": "substring(name,indexof(name,'?'),indexof(name,'?')) eq ''",
    "a text that grows": "length(" + "concat(name," * 40 + "name" + ")" * 40 + ") gt 0",
    "wildcards": "contains(name,'" + "%_" * 400 + "') or name ne ''",
    "deep": "not (" * 24 + "contains(description,'x') eq null" + ")" * 24 + " or true",
    "conditions of conditions": "(" * 28
    + "contains(description,'x')"
    + " or isClosed) ne true" * 28
    + " or true",
}
LUCENE = {
    "wildcards": "name:" + "*a" * 500,
    "parentheses": "(" * 50_000,
    "closed parentheses": "(" * 500 + "a:b" + ")" * 500,
    "not": "NOT " * 250 + "a:b",
    "not beyond bounds": "NOT " * 10_000,
    "conditions": "a:b OR " * 5000,
    "digits": "age:" + "9" * 900,
    "a range of digits": "age:[" + "9" * 900 + " TO *]",
    "NUL": 'name:"a\0b"',
    "a lone surrogate": "name:\ud800",
    "full-width digits": "age:\uff11\uff12",
    "quotes": "name:" + '"' * 1001,
    "backslashes": "name:" + "\\" * 1001,
    "expressions": "name:/(a+)+$/",
}


@pytest.fixture(scope="module")
def ask(database_url):
    with asking(database_url) as made:
        yield made


@pytest.fixture(scope="module")
def ask_people(database_url):
    with asyncio.Runner() as runner:
        connection = runner.run(asyncpg.connect(database_url))
        runner.run(fill(connection))

        def ask(tree):
            page, _, values = PEOPLE.statements(Search(tree))
            arguments = page.arguments("here", values)
            return runner.run(connection.fetch(page.sql, *arguments))

        yield ask
        runner.run(connection.close())


def refusal(work):
    """What some work was refused with, if it was: in either case it has to end soon."""
    refused = []

    def attempt():
        try:
            work()
        except DomainError as error:
            refused.append(error)

    assert cost(attempt) < SECONDS
    return refused[0] if refused else None


@pytest.mark.parametrize("name", ENDLESS)
def test_a_hostile_expression_is_refused_soon(ask, name):
    """G10."""
    refused = refusal(lambda: ask(read(ENDLESS[name])))
    assert isinstance(refused, REFUSALS)
    # What is said of it can be written down.
    refused.sentence().encode()
    assert refused.kind in {Kind.UNPROCESSABLE, Kind.NOT_IMPLEMENTED}
    assert 0 <= refused.meta["position"] <= 4096


@pytest.mark.parametrize("name", ANSWERED)
def test_an_expression_at_its_bounds_is_answered_soon(ask, name):
    read(ANSWERED[name])
    assert refusal(lambda: ask(read(ANSWERED[name]))) is None


@pytest.mark.parametrize("name", LUCENE)
def test_a_hostile_query_of_words_is_refused_soon(ask_people, name):
    """G10."""
    assert isinstance(refusal(lambda: ask_people(lucene.parse(LUCENE[name]))), REFUSALS)


@pytest.mark.parametrize("text", [text for text in ENDLESS.values() if len(text) > 3000])
def test_hostile_orders_and_selections_are_refused_soon(text):
    assert isinstance(refusal(lambda: orders(text, NAMES)), REFUSALS)
    assert isinstance(refusal(lambda: selected(text, NAMES)), REFUSALS)


@pytest.mark.parametrize(
    "tree",
    [
        Apply(Op.NEGATE, (Value(-(2**63)),)),
        Apply(Op.SUBSTRING, (Name("name"), Value(-(2**63)), Value(-(2**63)))),
        Apply(Op.SUBSTRING, (Name("name"), Value(2**63 - 1), Value(2**63 - 1))),
        Apply(Op.NEGATE, (Value(Decimal("9e300")),)),
    ],
)
def test_no_number_is_out_of_the_range_of_a_function(ask, tree):
    other = Value("x") if tree.op is Op.SUBSTRING else Value(5)
    assert ask(Apply(Op.EQ, (tree, other))) == []


def test_conditions_of_conditions_stay_as_long_as_they_are():
    """Each that named its operand twice would double the statement, 28 times over."""
    page, _, _ = ACCOUNTS.statements(Search(read(ANSWERED["conditions of conditions"])))
    assert len(page.sql) < 10_000


def test_the_deepest_expression_leaves_room_on_the_stack():
    """It is read and made into a statement at the end of what serving a call already takes."""
    deepest = (
        "not (" * 24 + "id eq 1" + ")" * 24,
        "trim(" * 50 + "name" + ")" * 50 + " eq 'x'",
        "tolower(" * 50 + "name" + ")" * 50 + " eq 'x'",
        "substring(" * 50 + "name" + ",1,2)" * 50 + " eq 'x'",
        "concat('x'," * 50 + "name" + ")" * 50 + " eq 'x'",
        "indexof('x',substring('x'," * 25 + "id" + "))" * 25 + " eq 1",
        "- " * 50 + "score eq 1",
        "(id eq 1 or id eq 2 and true eq " * 18 + "true" + ")" * 18,
        ANSWERED["conditions of conditions"],
    )
    usual = sys.getrecursionlimit()
    depth = 0
    frame = sys._getframe()
    while frame is not None:
        depth, frame = depth + 1, frame.f_back
    sys.setrecursionlimit(depth + 800)
    try:
        for text in deepest:
            ACCOUNTS.statements(Search(read(text)))
    finally:
        sys.setrecursionlimit(usual)


_PIECES = st.one_of(
    st.sampled_from([*NAMES, "contains(", "substring(", "indexof(", "concat(", "date(", "now()"]),
    st.sampled_from([" and ", " or ", "not ", " eq ", " ne ", " gt ", " le ", " in (", "(", ")"]),
    st.sampled_from([",", "'x'", "''", "'", "1", "-1", "1.5", "1e9", "null", "true", "-", " "]),
    st.sampled_from(["2026-06-02T10:30:00Z", "2026-06-02", "\uff19", "\0", "\ud800", "/", "@a"]),
)


@settings(max_examples=1500)
@given(text=st.lists(_PIECES, max_size=16).map("".join) | st.text(max_size=40))
def test_any_text_is_answered_or_refused_at_a_position(ask, text):
    refused = refusal(lambda: ask(read(text)))
    if refused is not None:
        assert isinstance(refused, REFUSALS)
        assert 0 <= refused.meta["position"] <= len(text)
        refused.sentence().encode()
