import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import luqum
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from charter.kernel.filters.lift import lift
from charter.kernel.filters.lucene import Rules, parse
from charter.kernel.filters.tree import Apply, FilterSyntax, FilterType, Name, Op, Text
from tests.kernel.filters.people import FIELDS

SEARCH = Rules(bare=("name", "email"))


def said(op, name, *texts):
    return Apply(op, (Name(name), *map(Text, texts)))


def both(*args):
    return Apply(Op.AND, args)


def either(*args):
    return Apply(Op.OR, args)


def no(arg):
    return Apply(Op.NOT, (arg,))


ANN, BEN = said(Op.EQ, "name", "ann"), said(Op.EQ, "name", "ben")
AGED = said(Op.GE, "age", "7")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("name:ann", ANN),
        ('name:"ann lee"', said(Op.EQ, "name", "ann lee")),
        ('name:"a*\\"b"', said(Op.EQ, "name", 'a*"b')),
        ("name:ann AND name:ben", both(ANN, BEN)),
        ("name:ann OR name:ben AND age:>=7", either(ANN, both(BEN, AGED))),
        ("(name:ann OR name:ben) AND age:>=7", both(either(ANN, BEN), AGED)),
        ("name:(ann OR ben)", either(ANN, BEN)),
        ("name:(+ann -ben)", both(ANN, no(BEN))),
        ("NOT name:ann AND name:ben", both(no(ANN), BEN)),
        ("+name:ann -name:ben", both(ANN, no(BEN))),
        ("-name:ann", no(ANN)),
        ("name:ann and", None),
        ("name:and", said(Op.EQ, "name", "and")),
        ("name:*", Apply(Op.EXISTS, (Name("name"),))),
        ("name:in_*", said(Op.STARTS_WITH, "name", "in_")),
        ("name:*son", said(Op.ENDS_WITH, "name", "son")),
        ("name:*nn*", said(Op.CONTAINS, "name", "nn")),
        ("name:a?n*", said(Op.MATCHES, "name", "a?n*")),
        ("name:a\\*n", said(Op.EQ, "name", "a*n")),
        ("name:*a\\*", said(Op.ENDS_WITH, "name", "a*")),
        ("age:[3 TO 7}", both(said(Op.GE, "age", "3"), said(Op.LT, "age", "7"))),
        ("age:{-3 TO *]", said(Op.GT, "age", "-3")),
        ("age:[* TO *]", Apply(Op.EXISTS, (Name("age"),))),
        ("age:<7", said(Op.LT, "age", "7")),
        (
            "created_at:{2026-01-01T00:00:00Z TO *}",
            said(Op.GT, "created_at", "2026-01-01T00:00:00Z"),
        ),
        ("ann", either(said(Op.CONTAINS, "name", "ann"), said(Op.CONTAINS, "email", "ann"))),
    ],
)
def test_text_becomes_a_tree(text, tree):
    if tree is None:
        with pytest.raises(FilterSyntax):
            parse(text, SEARCH)
    else:
        assert parse(text, SEARCH) == tree


@pytest.mark.parametrize(
    ("text", "position", "reason"),
    [
        ("", 0, "the query is empty"),
        ("name:ann name:ben", 9, "expected AND or OR before this"),
        ("(name:ann", 9, "the query ends too early"),
        ("name:ann)", 8, "unexpected here"),
        ('name:"ann', 5, "unexpected here"),
        ('name:an"n', 7, "a quote inside a word"),
        ("name:", 5, "the query ends too early"),
        ("name:ann AND", 12, "the query ends too early"),
        ("name:ann && name:ben", 9, "write AND, OR and NOT, or escape with a backslash"),
        ("age:-5", 4, "put the sign before the field, or quote the value"),
        ("name:(age:5)", 6, "a field inside the values of a field"),
        ("na-me:x", 0, "this is not the name of a field"),
        ("name:ann~2", 8, "~ is not supported"),
        ("name:ann^1.2.3", 8, "^ is not supported"),
        ("name:/a+/", 5, "regular expressions are not supported"),
        ("[1 TO 2]", 0, "a range needs a field before it"),
        ("age:[1* TO 2]", 5, "a range has no wildcards but * alone"),
    ],
)
def test_a_mistake_is_told_with_its_position(text, position, reason):
    with pytest.raises(FilterSyntax) as refused:
        parse(text, SEARCH)
    assert refused.value.parameter == "query"
    assert refused.value.meta == {"position": position, "reason": reason}


@pytest.mark.parametrize(
    ("text", "rules", "reason"),
    [
        ("x", Rules(), "expected a field, as in field:value"),
        ("NOT a:b", Rules(has_negation=False), "negation is not allowed here"),
        ("-a:b", Rules(has_negation=False), "negation is not allowed here"),
        ("a:[1 TO 2]", Rules(has_ranges=False), "ranges are not allowed here"),
        ("a:" + "b" * 1023, Rules(), "longer than 1024 characters"),
        (" OR ".join(["a:b"] * 33), Rules(), "more than 32 terms"),
        ("a:" + "*b" * 9, Rules(), "more than 8 wildcards"),
        ("(" * 9 + "a:b" + ")" * 9, Rules(), "nested deeper than 8"),
        ("NOT " * 9 + "a:b", Rules(), "nested deeper than 8"),
    ],
)
def test_a_surface_bounds_what_it_takes(text, rules, reason):
    """G10: terms, depth and length are bounded before anything is compiled."""
    with pytest.raises(FilterSyntax) as refused:
        parse(text, rules)
    assert refused.value.meta["reason"] == reason


def test_a_query_at_every_bound_is_taken():
    text = "(" * 8 + " OR ".join(["age:[1 TO 2]"] * 16) + ")" * 8
    lift(parse(text, Rules()), FIELDS)


_TOKENS = st.one_of(
    st.sampled_from(':+-()[]{}*?"\\/~^><=! \0\n'),
    st.sampled_from(["name", "age", "ann", "7", "2.", "AND", " OR ", "NOT ", " AND ", "TO", "&&"]),
)


@settings(max_examples=2000)
@given(text=st.lists(_TOKENS, max_size=24).map("".join) | st.text(max_size=60))
def test_any_text_is_a_tree_or_a_mistake_at_a_position(text):
    try:
        lift(parse(text, SEARCH), FIELDS)
    except (FilterSyntax, FilterType) as refused:
        position = refused.meta["position"]
    else:
        position = 0
    assert 0 <= position <= len(text)


def test_threads_do_not_disturb_one_another():
    def ask(number):
        return parse(f"(name:a{number} OR age:[{number} TO *])")

    alone = [ask(number) for number in range(400)]
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as threads:
            assert list(threads.map(ask, range(400))) == alone
    finally:
        sys.setswitchinterval(usual)


def test_importing_writes_no_tables_and_prints_nothing(tmp_path):
    folder = Path(luqum.__file__).parent
    before = {path: path.stat().st_mtime_ns for path in (folder / "parsetab.py", folder)}
    # Another version of ply in the tables: it would rebuild and write them.
    program = (
        "import luqum.parsetab as tables; tables._lr_signature = 'old'\n"
        "from charter.kernel.filters.lucene import parse\n"
        "assert parse('a:b') is not None\n"
    )
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-B", "-c", program],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
        capture_output=True,
        text=True,
        check=True,
    )
    assert (ran.stdout, ran.stderr) == ("", "")
    assert list(tmp_path.iterdir()) == []
    assert {path: path.stat().st_mtime_ns for path in before} == before
