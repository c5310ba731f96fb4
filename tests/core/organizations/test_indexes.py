"""An organization is looked up from an index, however many there are."""

import re
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from charter.core.organizations import queries
from charter.kernel.filters.tree import Apply, Name, Op, Order, Text, Value
from charter.kernel.lists import Search
from tests.conftest import new_database

ROWS = """
INSERT INTO applications (id, name, created_at, updated_at)
    VALUES ('app_many', 'Many', now(), now());
INSERT INTO instances (id, application_id, environment, frontend_host, created_at, updated_at)
    VALUES ('ins_many', 'app_many', 'development', 'many.test', now(), now());
INSERT INTO role_sets (instance_id, id, key, name, type, created_at, updated_at)
    VALUES ('ins_many', 'rset_1', 'role_set:default', 'Set', 'initial', now(), now());
INSERT INTO organizations (instance_id, id, name, claimed_name, max_allowed_memberships,
        role_set_id, created_at, updated_at)
    SELECT 'ins_many', 'org_' || n, 'Acme ' || n, 'acme ' || n, 0, 'rset_1',
        now() - n * interval '1 hour', now()
    FROM generate_series(1, 20000) AS n;
SELECT gin_clean_pending_list('ix_organizations_folded_name');
SELECT gin_clean_pending_list('ix_organizations_search_pairs');
UPDATE organizations SET status = 'trial' WHERE number % 1000 = 0;
ANALYZE organizations, role_sets;
"""


@pytest.fixture(scope="module")
def own_database(postgres_url):
    """One in which nobody else is: plans depend on all that ever was in a table."""
    with new_database(postgres_url) as url:
        yield url


@pytest.mark.parametrize(
    ("statement", "given", "index"),
    [
        (
            queries.BY_NAME,
            {"name": "Acme 7", "sees_all": False, "user_id": "user_1", "own_id": None},
            "ix_organizations_normal_name",
        ),
        (queries.BY_NUMBER, {"number": 7}, "uq_organizations_number"),
    ],
    ids=["by name", "by number"],
)
async def test_an_organization_is_found_by_an_index(own_database, statement, given, index):
    connection = await asyncpg.connect(own_database)
    transaction = connection.transaction()
    await transaction.start()
    await connection.execute(ROWS)
    arguments = statement.arguments("ins_many", given)
    rows = await connection.fetch(f"EXPLAIN {statement.sql}", *arguments)
    await transaction.rollback()
    await connection.close()
    assert index in "\n".join(row[0] for row in rows)


NEWEST = (Order("created_at", is_descending=True),)
HALFWAY = datetime.now(UTC) - timedelta(hours=10_000)
LONG_AGO = datetime.now(UTC) - timedelta(hours=19_900)
BY_TIME = r" ix_organizations_(status|created_at) .*\n *Index Cond: .*created_at <"
"""An index in which a span of time is one stretch; in others it would be looked for all over."""


def part(field, text, op=Op.CONTAINS):
    return Apply(op, (Name(field), Text(text)))


def older(status, moment):
    """Of a status, and made before a moment."""
    made = Apply(Op.LT, (Name("created_at"), Value(moment)))
    return Apply(Op.AND, (part("status", status, Op.EQ), made))


@pytest.fixture
async def connection(own_database):
    """One on which there are many organizations; nothing of it stays."""
    connection = await asyncpg.connect(own_database)
    transaction = connection.transaction()
    await transaction.start()
    await connection.execute(ROWS)
    yield connection
    await transaction.rollback()
    await connection.close()


async def plan(connection, statement, values):
    """How the database runs a statement for these values."""
    given = {"with_members_count": False, "with_elevated": False, "now": LONG_AGO, **values}
    arguments = statement.arguments("ins_many", given)
    rows = await connection.fetch(f"EXPLAIN {statement.sql}", *arguments)
    return "\n".join(row[0] for row in rows)


SEARCHES = {
    "ix_organizations_folded_name": [part("name_in_any_case", "xyz"), part("name", "xyz")],
    "ix_organizations_search_pairs": [
        part("name_in_any_case", "me 12345"),
        part("name", "me 12345"),
        part("name", "12345", Op.ENDS_WITH),
        part("name", "*e 12345", Op.MATCHES),
        Apply(
            Op.OR,
            tuple(part("name_in_any_case", f"ME {each}") for each in (12345, 12346, 12347)),
        ),
    ],
    "ix_organizations_lower_name": [part("name_in_any_case", "ACME 12345", Op.EQ)],
    "ix_organizations_name": [
        part("name", "Acme 12345", Op.EQ),
        Apply(Op.IN, (Name("name"), Text("Acme 7"), Text("Acme 8"))),
    ],
    "ix_organizations_status": [part("status", "closed", Op.EQ), older("trial", HALFWAY)],
}


@pytest.mark.parametrize("listing", [queries.LISTING, queries.EVERY], ids=["all", "own fields"])
async def test_each_search_begins_in_its_index(connection, listing):
    for index, conditions in SEARCHES.items():
        for condition in conditions:
            if listing is queries.EVERY and "any_case" in str(condition):
                continue
            search = Search(where=condition, order=NEWEST, limit=21)
            page, total, values = listing.statements(search)
            # Whole texts are counted, where there are many: an index of the text alone does.
            of_total = index.replace("search_pairs", "folded_name")
            for statement, expected in ((page, index), (total, of_total)):
                found = await plan(connection, statement, values)
                assert expected in found, found
                assert "Seq Scan on organizations" not in found, found


@pytest.mark.parametrize("listing", [queries.LISTING, queries.EVERY], ids=["all", "own fields"])
async def test_of_a_status_that_most_have_only_the_time_asked_for_is_read(connection, listing):
    """By the index of the status or that of the time alone: here one is as good as the other."""
    search = Search(where=older("active", LONG_AGO), order=NEWEST, limit=21)
    page, total, values = listing.statements(search)
    for statement in (page, total):
        found = await plan(connection, statement, values)
        assert re.search(BY_TIME, found), found
        assert "Seq Scan on organizations" not in found, found


async def test_counting_joins_nothing(connection):
    for condition in (None, part("status", "trial", Op.EQ)):
        _, total, values = queries.EVERY.statements(Search(where=condition))
        found = await plan(connection, total, values)
        assert "role_sets" not in found, found


@pytest.mark.parametrize("text", ["me", "1_2", " -"])
async def test_a_part_without_trigrams_does_not_read_the_whole_index(connection, text):
    page, _, values = queries.LISTING.statements(Search(where=part("name_in_any_case", text)))
    found = await plan(connection, page, values)
    assert "ix_organizations_folded_name" not in found, found


async def test_searches_for_parts_are_planned_for_what_is_looked_for(connection):
    """One plan for all parts would walk the whole table to find a rare one."""
    conditions = [
        Apply(Op.OR, tuple(part("name_in_any_case", f"me {n}34{each}") for each in range(8)))
        for n in range(10, 20)
    ]
    page, _, _ = queries.LISTING.statements(Search(where=conditions[0], order=NEWEST, limit=21))
    # Where there are very many, this alone makes one plan for all dearer than each of its own.
    assert "LIMIT 21" not in page.sql
    given = {"with_members_count": False, "with_elevated": False, "now": LONG_AGO}
    prepared = await connection.prepare(page.sql)
    for condition in conditions:
        _, _, values = queries.LISTING.statements(Search(where=condition, order=NEWEST, limit=21))
        found = await prepared.fetch(*page.arguments("ins_many", {**given, **values}))
        assert len(found) == 8
    row = await connection.fetchrow(
        "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE name = $1",
        prepared.get_name(),
    )
    assert tuple(row) == (0, len(conditions))
