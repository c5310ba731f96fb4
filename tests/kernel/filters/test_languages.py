"""Trees in words: written in a language and read again they find what plain Python finds."""

import asyncio
from decimal import Decimal

import asyncpg
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from charter.kernel.filters import lucene
from charter.kernel.filters.tree import FilterSyntax
from charter.kernel.lists import Search
from tests.kernel.filters import lucene_text
from tests.kernel.filters.accounts import ACCOUNTS, NOW, ROWS, asking, read
from tests.kernel.filters.odata_text import Writer
from tests.kernel.filters.odata_trees import CONDITIONS
from tests.kernel.filters.oracle import truth
from tests.kernel.filters.people import PEOPLE, fill
from tests.kernel.filters.people import ROWS as PERSONS
from tests.kernel.filters.trees import TREES

REPEATED = settings(
    max_examples=400,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.filter_too_much,
        HealthCheck.too_slow,
    ],
)
GENEROUS = lucene.Rules(max_length=10_000, max_terms=200, max_depth=50, max_wildcards=200)


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
            page, _, values = PEOPLE.statements(Search(tree, limit=100))
            arguments = page.arguments("here", values)
            return sorted(row[0] for row in runner.run(connection.fetch(page.sql, *arguments)))

        yield ask
        runner.run(connection.close())


@REPEATED
@given(tree=CONDITIONS, random=st.randoms(use_true_random=False))
def test_a_tree_written_as_odata_finds_what_it_means(ask, tree, random):
    text = Writer(random).write(tree)
    assume(len(text) <= 4000)
    try:
        parsed = read(text)
    except FilterSyntax as refused:
        # More parentheses than the language's reader takes are no mistake of either.
        assume("nested deeper" not in refused.sentence())
        raise
    assert ask(parsed) == [row.number for row in ROWS if truth(tree, row) is True]


@REPEATED
@given(tree=TREES)
def test_a_tree_written_as_lucene_finds_what_it_means(ask_people, tree):
    try:
        text = lucene_text.write(tree)
    except lucene_text.Wordless:
        assume(condition=False)
    found = ask_people(lucene.parse(text, GENEROUS))
    assert found == [row.id for row in PERSONS if truth(tree, row) is True]


def test_numbers_are_written_as_the_language_has_them():
    assert read("id eq 1E+3").args[1].value == Decimal(1000)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("name eq 'a' and id in (1,2)", "name eq 'b''' and id in (7)"),
        ("substring(name,1,2) eq 'x'", "substring(name,3,4) eq 'y'"),
        ("contains(name,'x') and createdAt lt now()", "contains(name,'%') and createdAt lt now()"),
        ("1 eq 2 or 'a' in ('b')", "3 eq 3 or 'x' in ('y','z')"),
        ("-5 lt id", "id gt 5"),
    ],
)
def test_queries_of_one_shape_share_a_statement(one, other):
    """Whatever is a value stays out of the statement, so that it is made and planned once."""
    pages = [ACCOUNTS.statements(Search(read(text))).page for text in (one, other)]
    assert pages[0] is pages[1]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("id lt 5", "id lt 5.5"),
        ("1 eq 1", "'a' eq 'a'"),
        ("name eq 'a'", "name eq null"),
        ("contains(name,'a')", "contains('a',name)"),
    ],
)
def test_values_of_another_type_make_another_statement(one, other):
    pages = [ACCOUNTS.statements(Search(read(text))).page for text in (one, other)]
    assert pages[0] is not pages[1]


def test_an_odata_value_never_becomes_part_of_the_sql():
    text = "concat(name,'x'') or 1=1 --') eq 'y{0}' or 'a{1}' eq tolower('%s')"
    page, _, values = ACCOUNTS.statements(Search(read(text)))
    assert "1=1" not in page.sql
    assert "{" not in page.sql
    assert "x') or 1=1 --" in values.values()


def test_the_time_of_a_call_is_one_for_all_of_its_query():
    _, _, values = ACCOUNTS.statements(Search(read("createdAt lt now() and updatedAt gt now()")))
    assert [values["f_0"], values["f_1"]] == [NOW, NOW]
