"""Replacing role sets, and roles in them: all members move, or none."""

import asyncio

import pytest

from charter.core.memberships.model import LastOwner
from charter.core.role_sets import moving
from charter.core.role_sets import operations as role_sets
from charter.core.role_sets.model import (
    MappingInvalid,
    MappingsMissing,
    RoleSetNotFound,
    RoleSetType,
)
from charter.core.roles.model import MissingCreatorPermissions, RoleNotFound
from charter.kernel.errors import DomainError, InvalidInput
from tests.core.role_sets.sets import DEFAULT, make_set, roles_of
from tests.core.role_sets.test_role_sets import initial_sets, second_owner_role
from tests.core.roles.test_delete import INVITE, JOIN_CODE
from tests.core.roles.test_roles import role_of
from tests.world import all_at_once

JOIN = """INSERT INTO memberships
    (instance_id, id, organization_id, user_id, role_id, created_at, updated_at)
    VALUES ($1, 'orgmem_' || $3, $2, $3, $4, now(), now())
"""


async def replace(world, source=DEFAULT, dest="role_set:small", **mappings):
    return await world.call(
        None,
        moving.replace,
        role_set=source,
        dest_role_set_key=dest,
        reassignment_mappings={f"org:{key}": f"org:{to}" for key, to in mappings.items()} or None,
    )


async def replace_role(world, role_key, to_role_key, role_set=DEFAULT):
    return await world.call(
        None, moving.replace_role, role_set=role_set, role_key=role_key, to_role_key=to_role_key
    )


async def given_roles(world, table, organization_id):
    rows = await world.sql(
        f"SELECT r.key FROM {table} t JOIN roles r"
        " ON (r.instance_id, r.id) = (t.instance_id, t.role_id) WHERE organization_id = $1",
        organization_id,
    )
    return [row["key"] for row in rows]


async def test_organizations_and_their_members_move_with_the_mappings(world):
    small = await make_set(world)
    acme = await world.organization(owner="ann")
    await world.member(acme, "ben", "org:member")
    gone = await replace(world, member="viewer")
    assert gone.key == DEFAULT
    assert await roles_of(world, acme.id) == {"ann": "org:admin", "ben": "org:viewer"}
    (row,) = await world.sql("SELECT role_set_id FROM organizations WHERE id = $1", acme.id)
    assert row["role_set_id"] == small.id
    assert await initial_sets(world) == [small.key]
    with pytest.raises(RoleSetNotFound):
        await world.call(None, role_sets.get, role_set=DEFAULT)
    assert len(await world.events("organizationMembership.updated")) == 1
    assert len(await world.events("organization.updated")) == 1
    assert len(await world.events("roleSet.replaced")) == 1


async def test_mappings_do_not_chain(world):
    await make_set(world, roles=("org:admin", "org:manager", "org:member", "org:viewer"))
    acme = await world.organization(owner="ann")
    await world.member(acme, "ben", "org:member")
    await world.member(acme, "cat", "org:viewer")
    await replace(world, member="viewer", viewer="manager")
    assert await roles_of(world, acme.id) == {
        "ann": "org:admin",
        "ben": "org:viewer",
        "cat": "org:manager",
    }


async def test_a_members_role_without_a_place_stops_it_all(world):
    await make_set(world)
    acme = await world.organization(owner="ann")
    await world.member(acme, "ben", "org:member")
    with pytest.raises(MappingsMissing) as refused:
        await replace(world)
    assert refused.value.meta["role_keys"] == ["org:member"]
    assert await roles_of(world, acme.id) == {"ann": "org:admin", "ben": "org:member"}
    assert await initial_sets(world) == [DEFAULT]


async def test_mappings_lead_from_the_old_set_into_the_new(world):
    await make_set(world)
    for mappings in ({"none": "viewer"}, {"member": "manager"}, {"member": "none"}):
        with pytest.raises(MappingInvalid):
            await replace(world, **mappings)


async def test_a_set_is_replaced_by_another_that_exists(world):
    await make_set(world)
    for source, dest, error in (
        (DEFAULT, DEFAULT, InvalidInput),
        (DEFAULT, "role_set:none", RoleSetNotFound),
        ("role_set:none", DEFAULT, RoleSetNotFound),
    ):
        with pytest.raises(error):
            await replace(world, source, dest)


async def test_owners_are_not_mapped_away(world):
    await make_set(world)
    await world.organization(owner="ann")
    with pytest.raises(LastOwner):
        await replace(world, admin="viewer", member="viewer")


async def test_invitations_and_join_codes_move_along(world):
    await make_set(world)
    acme = await world.organization(owner="ann")
    member = await role_of(world, "org:member")
    await world.sql(INVITE, world.instance_id, acme.id, member.id, "pending")
    await world.sql(JOIN_CODE, world.instance_id, acme.id, member.id)
    await replace(world)
    assert await given_roles(world, "organization_invitations", acme.id) == ["org:viewer"]
    assert await given_roles(world, "join_codes", acme.id) == ["org:viewer"]


async def test_nobody_joins_with_an_old_role_while_a_set_is_replaced(world):
    await make_set(world)
    acme = await world.organization(owner="ann")
    await world.user("ben")
    results = await all_at_once(
        world.member(acme, "ben", "org:member"),
        replace(world, member="viewer"),
        replace(world, member="viewer"),
    )
    assert all(isinstance(each, DomainError) for each in results if isinstance(each, Exception))
    assert "org:member" not in (await roles_of(world, acme.id)).values()


async def test_a_replacement_waits_for_whoever_is_joining_and_counts_them(world):
    await make_set(world)
    acme = await world.organization(owner="ann")
    ben = (await world.user("ben")).id
    member = (await role_of(world, "org:member")).id
    async with world.platform.database.pool.acquire() as connection:
        joining = connection.transaction()
        await joining.start()
        await connection.execute("SELECT id FROM organizations WHERE id = $1 FOR UPDATE", acme.id)
        await connection.execute(JOIN, world.instance_id, acme.id, ben, member)
        replacing = asyncio.create_task(replace(world))
        await asyncio.wait([replacing], timeout=0.3)
        assert not replacing.done()
        await joining.commit()
    with pytest.raises(MappingsMissing):
        await replacing
    assert (await roles_of(world, acme.id))["ben"] == "org:member"


async def test_two_sets_that_replace_each_other_leave_one(world):
    await make_set(world, roles=("org:admin", "org:manager", "org:member", "org:viewer"))
    results = await all_at_once(
        replace(world, DEFAULT, "role_set:small"), replace(world, "role_set:small", DEFAULT)
    )
    assert sorted(isinstance(each, Exception) for each in results) == [False, True]
    assert any(isinstance(each, RoleSetNotFound) for each in results)


async def test_a_role_gives_way_to_another_in_its_set_alone(world):
    small = await make_set(world)
    acme = await world.organization(owner="ann")
    other = await world.organization("Other", owner="cat", role_set_key=small.key)
    await world.member(acme, "ben", "org:viewer")
    await world.member(other, "dan", "org:viewer")
    made = await replace_role(world, "org:viewer", "org:member")
    assert made.migration.migrated_members == 1
    assert made.role_set.role_by_key("org:viewer") is None
    assert (await roles_of(world, acme.id))["ben"] == "org:member"
    assert (await roles_of(world, other.id))["dan"] == "org:viewer"


async def test_the_default_and_the_creators_role_follow(world):
    await second_owner_role(world)
    acme = await world.organization(owner="ann")
    made = (await replace_role(world, "org:admin", "org:boss")).role_set
    assert made.role(made.creator_role_id).key == "org:boss"
    assert await roles_of(world, acme.id) == {"ann": "org:boss"}
    made = (await replace_role(world, "org:member", "org:viewer")).role_set
    assert made.role(made.default_role_id).key == "org:viewer"


async def test_a_role_gives_way_only_to_one_that_fits(world):
    for role_set, role_key, to_role_key, error in (
        ("role_set:none", "org:viewer", "org:member", RoleSetNotFound),
        (DEFAULT, "org:none", "org:member", RoleNotFound),
        (DEFAULT, "org:viewer", "org:none", RoleNotFound),
        (DEFAULT, "org:viewer", "org:viewer", InvalidInput),
        (DEFAULT, "org:admin", "org:member", MissingCreatorPermissions),
    ):
        with pytest.raises(error):
            await replace_role(world, role_key, to_role_key, role_set)
    unchanged = await world.call(None, role_sets.get, role_set=DEFAULT)
    assert len(unchanged.roles) == 4
    assert unchanged.type is RoleSetType.INITIAL
