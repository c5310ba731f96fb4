"""Lists of users are answered from indexes, however many users there are."""

import asyncpg
import pytest

from charter.core.users import queries
from charter.core.users.fields import through_index
from charter.kernel.filters.tree import Apply, Name, Op, Order, Text
from charter.kernel.lists import Search
from tests.conftest import new_database

# What waits to be sorted into a GIN index makes it dearer, and how much does is chance.
ROWS = """
INSERT INTO applications (id, name, created_at, updated_at)
    VALUES ('app_many', 'Many', now(), now()) ON CONFLICT DO NOTHING;
INSERT INTO instances (id, application_id, environment, frontend_host, created_at, updated_at)
    VALUES ('ins_many', 'app_many', 'development', 'many.test', now(), now());
INSERT INTO users (instance_id, id, first_name, username, username_key, search_text,
        created_at, updated_at, last_active_at, last_sign_in_at)
    SELECT 'ins_many', 'user_' || n, 'First' || n, 'name' || n, 'name' || n,
        'user_' || n || ' first' || n || ' name' || n || ' e' || n || '@example.com',
        now() - n * interval '1 minute', now() - n * interval '1 hour',
        now() - n * interval '1 day', now() - n * interval '2 days'
    FROM generate_series(1, 20000) AS n;
INSERT INTO email_addresses (instance_id, id, user_id, address, address_key, is_primary,
        is_reserved, verification_status, verification_strategy, created_at, updated_at)
    SELECT 'ins_many', 'idn_' || n, 'user_' || n, 'e' || n || '@example.com',
        'e' || n || '@example.com', true, false, 'verified', 'admin', now(), now()
    FROM generate_series(1, 20000) AS n;
SELECT gin_clean_pending_list('ix_users_search_text');
ANALYZE users, email_addresses;
"""


@pytest.fixture(scope="module")
def own_database(postgres_url):
    """One in which nobody else is: plans depend on all that ever was in a table."""
    with new_database(postgres_url) as url:
        yield url


@pytest.fixture
async def plan(own_database):
    """Ask the database how it runs a search; nothing of it stays."""
    connection = await asyncpg.connect(own_database)
    transaction = connection.transaction()
    await transaction.start()
    await connection.execute(ROWS)

    async def ask(search):
        page, _, values = queries.LISTING.statements(search)
        arguments = page.arguments("ins_many", values)
        rows = await connection.fetch("EXPLAIN " + page.sql, *arguments)
        return "\n".join(row[0] for row in rows)

    yield ask
    await transaction.rollback()
    await connection.close()


def part(name, text):
    return through_index(Apply(Op.CONTAINS, (Name(name), Text(text))))


SEARCHES = {
    "ix_users_created_at": [
        Search(),
        Search(order=(Order("created_at"),)),
        Search(after="user_9000"),
        Search(after="user_9000", order=(Order("created_at"),)),
    ],
    "ix_users_updated_at": [Search(order=(Order("updated_at", is_descending=True),))],
    "ix_users_last_active_at": [
        Search(order=(Order("last_active_at", is_descending=True),)),
        Search(order=(Order("last_active_at"),)),
    ],
    "ix_users_last_sign_in_at": [Search(order=(Order("last_sign_in_at"),))],
    "uq_users_username_key": [
        Search(order=(Order("username"),)),
        Search(where=Apply(Op.IN, (Name("username"), Text("NAME7"), Text("name8")))),
    ],
    "ix_users_search_text": [
        Search(where=part("text", "e12345@")),
        Search(where=part("name_part", "First12345")),
        Search(where=part("username_part", "NAME12345")),
        Search(where=part("email_address_part", "e12345@")),
    ],
    "_address_key": [Search(where=Apply(Op.IN, (Name("email_address"), Text("E7@example.com"))))],
    "pk_users": [Search(where=Apply(Op.IN, (Name("id"), Text("user_7"))))],
}


async def test_each_search_begins_in_its_index(plan):
    for index, searches in SEARCHES.items():
        for search in searches:
            found = await plan(search)
            assert index in found, found
            assert "Seq Scan on users" not in found, found


async def test_a_page_after_a_user_begins_in_the_index(plan):
    found = await plan(Search(after="user_9000"))
    (condition,) = (line for line in found.splitlines() if "ROW(" in line)
    assert "Index Cond" in condition
    assert "Sort Key: users." not in found


@pytest.mark.parametrize("text", ["ab", "a_b", "--- ", "é!"])
async def test_a_text_without_trigrams_does_not_read_the_whole_index(plan, text):
    found = await plan(Search(where=part("text", text)))
    assert "ix_users_search_text" not in found
