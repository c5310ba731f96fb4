"""What a page of members costs in a large instance."""

import json

from charter.core.memberships.lists import OF_ORGANIZATION
from charter.kernel.lists import Search

CROWD = 10_000


async def fill(world):
    """A crowd of users in organizations that are not asked for."""
    values = (world.instance_id, CROWD)
    await world.sql(
        "INSERT INTO users (instance_id, id, first_name, created_at, updated_at)"
        " SELECT $1, 'user_' || i, 'First', now(), now() FROM generate_series(1, $2::int) i",
        *values,
    )
    await world.sql(
        "INSERT INTO organizations (instance_id, id, name, max_allowed_memberships, role_set_id,"
        " created_at, updated_at) SELECT $1, 'org_' || i, 'Org', 0, r.id, now(), now()"
        " FROM generate_series(1, $2::int) i, role_sets r WHERE r.instance_id = $1",
        *values,
    )
    await world.sql(
        "INSERT INTO memberships (instance_id, id, organization_id, user_id, role_id, created_at,"
        " updated_at) SELECT $1, 'orgmem_' || i, 'org_' || i, 'user_' || i, r.id, now(), now()"
        " FROM generate_series(1, $2::int) i, roles r"
        " WHERE r.instance_id = $1 AND r.key = 'org:member'",
        *values,
    )
    for table in ("users", "organizations", "memberships"):
        await world.sql(f"ANALYZE {table}")


def scanned(plan):
    """The tables that a plan reads from end to end."""
    own = {plan["Relation Name"]} if plan["Node Type"] == "Seq Scan" else set()
    return own.union(*(scanned(part) for part in plan.get("Plans", ())))


async def tables_scanned(world, statement, values):
    arguments = statement.arguments(world.instance_id, values)
    rows = await world.sql("EXPLAIN (FORMAT JSON) " + statement.sql, *arguments)
    (plan,) = json.loads(rows[0][0])
    return scanned(plan["Plan"])


async def test_a_page_of_members_does_not_get_dearer_with_the_instance(world):
    acme = await world.organization(owner=["ann", "ben", "cid"])
    await fill(world)
    page, total, values = OF_ORGANIZATION.statements(Search())
    values["organization_id"] = acme.id
    crowded = {"users", "organizations", "memberships"}
    assert not await tables_scanned(world, page, values) & crowded
    assert not await tables_scanned(world, total, values) & crowded
