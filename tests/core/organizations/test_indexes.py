"""An organization is looked up from an index, however many there are."""

import asyncpg
import pytest

from charter.core.organizations import queries
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
    SELECT 'ins_many', 'org_' || n, 'Acme ' || n, 'acme ' || n, 0, 'rset_1', now(), now()
    FROM generate_series(1, 20000) AS n;
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
