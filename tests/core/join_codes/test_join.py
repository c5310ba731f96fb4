"""Join codes: so many uses and not one more, for people who are not members yet."""

import pytest

from charter.core.join_codes import operations
from charter.core.join_codes.model import (
    JoinCodeExhausted,
    JoinCodeForOwner,
    JoinCodeInvalid,
    JoinCodeNotFound,
)
from charter.core.memberships.model import MembershipLimitReached
from charter.core.organizations import operations as organizations
from charter.core.organizations.model import OrganizationPatch
from charter.core.roles.model import RoleAboveOwn
from charter.kernel.errors import InvalidInput, NotPermitted, Unauthenticated
from charter.kernel.lists import Search
from tests.world import all_at_once


@pytest.fixture
async def acme(world):
    for name in ("ann", "ben", "cid"):
        await world.user(name)
    return await world.organization(owner="ann")


@pytest.fixture
def make(world, acme):
    async def made(who="ann", **fields):
        return await world.call(who, operations.create, organization_id=acme.id, **fields)

    return made


@pytest.fixture
def join(world):
    async def joined(code, who="ben"):
        return await world.call(who, operations.join, code=code)

    return joined


async def uses(world, acme):
    found = await world.call(
        "ann", operations.search, organization_id=acme.id, search=Search(limit=10)
    )
    return [each.uses for each in found.items]


async def test_a_code_makes_its_finder_a_member_in_its_role(world, acme, make, join):
    made = await make(role="org:viewer", max_uses=2)
    joined = await join(made.code)
    assert not joined.already_member
    assert joined.membership.role_key == "org:viewer"
    names = [event["name"] for event in await world.events()]
    assert names[-2:] == ["organizationMembership.created", "joinCode.used"]
    assert await uses(world, acme) == [1]


async def test_a_member_keeps_the_role_and_counts_no_use_even_of_a_used_up_code(
    world, acme, make, join
):
    made = await make(role="org:viewer", max_uses=1)
    assert (await join(made.code, "ann")).already_member
    assert await uses(world, acme) == [0]
    await join(made.code)
    again = await join(made.code)
    assert again.already_member
    assert again.membership.role_key == "org:viewer"
    assert await uses(world, acme) == [1]


@pytest.mark.security("O3")
async def test_of_fifty_who_take_the_last_use_one_joins(world, acme, make, join):
    made = await make(max_uses=2)
    await join(made.code)
    people = [f"p{number}" for number in range(50)]
    for name in people:
        await world.user(name)
    results = await all_at_once(*(join(made.code, name) for name in people))
    assert sum(not isinstance(result, Exception) for result in results) == 1
    assert sum(isinstance(result, JoinCodeExhausted) for result in results) == 49
    rows = await world.sql("SELECT count(*) FROM memberships WHERE organization_id = $1", acme.id)
    assert rows[0]["count"] == 3
    assert await uses(world, acme) == [2]


async def test_one_person_twice_at_once_counts_one_use(world, acme, make, join):
    made = await make(max_uses=None)
    results = await all_at_once(*(join(made.code) for _ in range(10)))
    assert sorted(result.already_member for result in results) == [False] + [True] * 9
    assert await uses(world, acme) == [1]


@pytest.mark.security("G9")
async def test_of_fifty_for_one_place_one_joins(world, acme, make, join):
    made = await make()
    patch = OrganizationPatch(max_allowed_memberships=2)
    await world.call(None, organizations.update, organization_id=acme.id, patch=patch)
    people = [f"p{number}" for number in range(50)]
    for name in people:
        await world.user(name)
    results = await all_at_once(*(join(made.code, name) for name in people))
    assert sum(not isinstance(result, Exception) for result in results) == 1
    assert sum(isinstance(result, MembershipLimitReached) for result in results) == 49
    assert await uses(world, acme) == [1]


async def test_a_revoked_code_is_unknown_and_revoking_again_changes_nothing(
    world, acme, make, join
):
    made = await make()
    arguments = {"organization_id": acme.id, "join_code_id": made.join_code.id}
    first = await world.call("ann", operations.revoke, **arguments)
    assert await world.call("ann", operations.revoke, **arguments) == first
    assert len(await world.events("joinCode.revoked")) == 1
    with pytest.raises(JoinCodeInvalid):
        await join(made.code)


async def test_an_unknown_code_and_one_of_another_instance_are_invalid(make, join, other_world):
    made = await make()
    await other_world.user("ben")
    for code in ("", "join_nothing", made.code[:-1] + "_"):
        with pytest.raises(JoinCodeInvalid):
            await join(code)
    with pytest.raises(JoinCodeInvalid):
        await other_world.call("ben", operations.join, code=made.code)


@pytest.mark.security("G6")
async def test_no_code_gives_the_owners_role_or_one_above_its_makers(world, acme, make):
    await world.member(acme, "ben", "org:manager")
    await world.member(acme, "cid", "org:member")
    for who in ("ann", "ben", None):
        with pytest.raises(JoinCodeForOwner):
            await make(who, role="org:admin")
    await make("ben", role="org:manager")
    with pytest.raises(NotPermitted):
        await make("cid", role="org:viewer")
    tables = "FROM roles r JOIN permissions p USING (instance_id)"
    await world.sql(
        f"INSERT INTO role_permissions SELECT r.instance_id, r.id, p.id {tables}"
        " WHERE r.instance_id = $1 AND r.key = 'org:member'"
        " AND p.key = 'org:sys_billing:manage'",
        world.instance_id,
    )
    with pytest.raises(RoleAboveOwn):
        await make("ben", role="org:member")


async def test_a_limit_of_uses_is_one_or_more(make):
    for max_uses in (0, -1, 2**31):
        with pytest.raises(InvalidInput):
            await make(max_uses=max_uses)


async def test_nobody_joins_without_acting(world, make):
    made = await make()
    with pytest.raises(Unauthenticated):
        await world.call(None, operations.join, code=made.code)


async def test_codes_are_listed_and_revoked_within_their_organization(world, acme, make):
    other = await world.organization(owner="ben")
    made = await make()
    found = await world.call(
        "ben", operations.search, organization_id=other.id, search=Search(limit=10)
    )
    assert found.items == ()
    with pytest.raises(JoinCodeNotFound):
        await world.call(
            "ben", operations.revoke, organization_id=other.id, join_code_id=made.join_code.id
        )


async def test_the_code_is_nowhere_in_the_database(world, make):
    made = await make()
    for table in ("grants", "join_codes", "events"):
        rows = await world.sql(f"SELECT t::text AS row FROM {table} t")
        assert not any(made.code in row["row"] for row in rows)
    assert made.code not in repr(made)
    assert made.join_code.last_four == made.code[-4:]
