"""Deleting roles: only those that nobody holds or is about to hold."""

import asyncio

import pytest

from charter.core.role_sets import operations as role_sets
from charter.core.role_sets.model import RoleSetPatch
from charter.core.roles import operations as roles
from charter.core.roles.model import (
    NewRole,
    RoleByDefault,
    RoleHasMembers,
    RoleInInvitations,
    RoleNotFound,
    RoleOfCreators,
)
from tests.core.roles.test_roles import make, role_of
from tests.world import all_at_once

INVITE = """INSERT INTO organization_invitations
    (instance_id, id, organization_id, email_address, address_key, role_id, status, expires_at,
     created_at, updated_at)
    VALUES ($1, 'orginv_' || $3, $2, 'x@example.com', 'x@example.com', $3, $4, now(), now(), now())
"""
JOIN = """INSERT INTO memberships
    (instance_id, id, organization_id, role_id, user_id, created_at, updated_at)
    VALUES ($1, 'orgmem_' || $4, $2, $3, $4, now(), now())
"""
JOIN_CODE = """INSERT INTO join_codes
    (instance_id, id, organization_id, role_id, last_four, created_at, updated_at)
    VALUES ($1, 'join_' || $3, $2, $3, 'abcd', now(), now())
"""


async def test_a_role_in_a_set_goes_and_the_set_loses_it(world):
    made = await make(world, include_in_initial_role_set=True)
    assert await world.call(None, roles.delete, role_id=made.id) == made
    initial = await world.call(None, role_sets.get, role_set="role_set:default")
    assert initial.role(made.id) is None
    (event,) = await world.events("role.deleted")
    assert event["before"]["key"] == made.key
    with pytest.raises(RoleNotFound):
        await world.call(None, roles.delete, role_id=made.id)


async def test_what_a_set_gives_out_stays(world):
    for key, error in (("org:admin", RoleOfCreators), ("org:member", RoleByDefault)):
        role = await role_of(world, key)
        with pytest.raises(error):
            await world.call(None, roles.delete, role_id=role.id)


async def test_a_role_that_a_member_holds_stays(world):
    acme = await world.organization()
    await world.member(acme, "ben", "org:viewer")
    with pytest.raises(RoleHasMembers):
        await world.call(None, roles.delete, role_id=(await role_of(world, "org:viewer")).id)


@pytest.mark.parametrize("status", ["pending", "accepted", "revoked"])
async def test_a_role_that_an_invitation_names_stays(world, status):
    acme, made = await world.organization(), await make(world)
    await world.sql(INVITE, world.instance_id, acme.id, made.id, status)
    with pytest.raises(RoleInInvitations):
        await world.call(None, roles.delete, role_id=made.id)


async def test_a_role_that_a_join_code_gives_stays(world):
    acme, made = await world.organization(), await make(world)
    await world.sql(JOIN_CODE, world.instance_id, acme.id, made.id)
    with pytest.raises(RoleInInvitations):
        await world.call(None, roles.delete, role_id=made.id)


@pytest.mark.parametrize(
    ("statement", "refusal"),
    [(JOIN, RoleHasMembers), (INVITE, RoleInInvitations), (JOIN_CODE, RoleInInvitations)],
)
async def test_a_role_is_not_deleted_while_somebody_is_given_it(world, statement, refusal):
    acme, made = await world.organization(), await make(world)
    values = [world.instance_id, acme.id, made.id]
    values += {JOIN: [(await world.user("ben")).id], INVITE: ["pending"]}.get(statement, [])
    async with world.platform.database.pool.acquire() as connection:
        giving = connection.transaction()
        await giving.start()
        await connection.execute(statement, *values)
        deleting = asyncio.create_task(world.call(None, roles.delete, role_id=made.id))
        await asyncio.wait([deleting], timeout=0.3)
        assert not deleting.done()
        await giving.commit()
    with pytest.raises(refusal):
        await deleting


async def test_a_role_is_not_deleted_while_it_becomes_the_default(world):
    made = await make(world, include_in_initial_role_set=True)
    patch = RoleSetPatch(default_role_key=made.key)
    results = await all_at_once(
        world.call(None, roles.delete, role_id=made.id),
        world.call(None, role_sets.update, role_set="role_set:default", patch=patch),
    )
    assert sorted(isinstance(result, Exception) for result in results) == [False, True]
    assert any(isinstance(result, (RoleByDefault, RoleNotFound)) for result in results)


async def test_a_role_of_another_instance_stays(world, other_world):
    foreign = await other_world.call(None, roles.create, new=NewRole(name="x", key="org:x"))
    with pytest.raises(RoleNotFound):
        await world.call(None, roles.delete, role_id=foreign.id)
    assert await other_world.call(None, roles.get, role_id=foreign.id) == foreign
