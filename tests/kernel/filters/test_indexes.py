import asyncio

import asyncpg
import pytest

from charter.kernel.filters.tree import Apply, Name, Op, Text
from charter.kernel.lists import Order, Search
from tests.kernel.filters.people import PEOPLE, fill

ROWS_AND_INDEXES = """
CREATE EXTENSION IF NOT EXISTS pg_trgm;
INSERT INTO people SELECT 'here', 'q' || n, 'name' || n, 'nick' || n, NULL, n, 1, false,
    timestamptz '2020-01-01' + n * interval '1 hour',
    timestamptz '2020-01-01' + n * interval '1 day', md5(n::text)
    FROM generate_series(1, 5000) AS n;
INSERT INTO emails SELECT 'here', 'q' || n, 'e' || n FROM generate_series(1, 5000) AS n;
CREATE INDEX by_name ON people (instance_id, name);
CREATE INDEX by_age ON people (instance_id, age);
CREATE INDEX by_nickname ON people (instance_id, lower(nickname));
CREATE INDEX by_created_at ON people (instance_id, created_at, id);
CREATE INDEX by_seen_at ON people (instance_id, seen_at NULLS FIRST, id);
CREATE INDEX by_text ON people USING gin (search_text gin_trgm_ops);
CREATE INDEX by_pairs ON people USING gin (search_pairs gin_trgm_ops);
CREATE INDEX by_person ON emails (instance_id, address);
ANALYZE;
"""


@pytest.fixture(scope="module")
def plan(database_url):
    """Ask the database how it runs a search: its page if it is ordered, else its count."""
    with asyncio.Runner() as runner:
        connection = runner.run(asyncpg.connect(database_url))
        runner.run(fill(connection))
        runner.run(connection.execute(ROWS_AND_INDEXES))

        def ask(search):
            page, total, values = PEOPLE.statements(search)
            # The count has the condition and no order that another index could serve instead.
            statement = page if search.order else total
            arguments = statement.arguments("here", values)
            rows = runner.run(connection.fetch("EXPLAIN " + statement.sql, *arguments))
            return "\n".join(row[0] for row in rows)

        yield ask
        runner.run(connection.close())


def said(op, name, *texts):
    return Apply(op, (Name(name), *map(Text, texts)))


@pytest.mark.parametrize(
    ("where", "index", "condition"),
    [
        (said(Op.EQ, "name", "x"), "by_name", "name = "),
        (said(Op.IN, "name", "x", "y"), "by_name", "name = ANY ("),
        (said(Op.GE, "age", "4990"), "by_age", "age >= "),
        (
            Apply(Op.NOT, (said(Op.LT, "created_at", "2026-01-01"),)),
            "by_created_at",
            "created_at >=",
        ),
        (said(Op.EQ, "nickname", "x"), "by_nickname", "lower(nickname) = "),
        (said(Op.CONTAINS, "text", "annabelle"), "by_text", "search_text ~~* "),
        (said(Op.EQ, "email", "x@y.test"), "by_person", "address = "),
    ],
)
def test_an_index_answers_the_condition(plan, where, index, condition):
    found = plan(Search(where))
    assert index in found
    assert any("Index Cond" in line and condition in line for line in found.splitlines()), found


def test_a_part_of_four_letters_is_found_by_its_pairs(plan):
    for text, index in (("annabelle", "by_pairs"), ("xyz", "by_text")):
        where = said(Op.CONTAINS, "text", text)
        assert index in plan(Search(where, order=(Order("created_at"),)))


@pytest.mark.parametrize("name", ["created_at", "seen_at"])
@pytest.mark.parametrize("is_descending", [True, False])
def test_an_index_answers_the_order(plan, name, is_descending):
    found = plan(Search(order=(Order(name, is_descending),)))
    assert f"using by_{name}" in found
    assert "Sort" not in found


@pytest.mark.parametrize("is_descending", [True, False])
def test_a_page_after_a_row_starts_in_the_index(plan, is_descending):
    found = plan(Search(order=(Order("created_at", is_descending),), after="p1"))
    (condition,) = (line for line in found.splitlines() if "ROW(created_at" in line)
    assert "Index Cond" in condition
    assert "Sort" not in found
