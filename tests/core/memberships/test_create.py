"""Making users members."""

import pytest

from charter.core.memberships import operations as memberships
from charter.core.memberships.model import AlreadyMember, MembershipLimitReached, NewMembership
from charter.core.organizations import operations as organizations
from charter.core.organizations.model import OrganizationNotFound, OrganizationPatch
from charter.core.roles.model import RoleAboveOwn, RoleNotFound
from charter.core.users.model import UserNotFound
from charter.kernel.errors import NotFound, NotPermitted
from tests.world import all_at_once


async def join(world, organization_id, user_id, role="org:member", who=None):
    new = NewMembership(user_id=user_id, role=role, public_metadata={"desk": 4})
    return await world.call(
        who, memberships.create, organization_id=organization_id, membership=new
    )


async def test_a_member_has_a_role_metadata_and_a_profile(world):
    acme = await world.organization(owner="ann")
    ben = await world.user("ben", first_name="Ben", last_name="Oak")
    made = await join(world, acme.id, ben.id)
    assert (made.role_key, made.is_creator_role) == ("org:member", False)
    assert made.permissions == ("org:sys_files:manage", "org:sys_memberships:read")
    assert made.public_metadata == {"desk": 4}
    assert (made.member.name, made.member.identifier) == ("Ben Oak", "ben@example.com")
    assert made.organization.id == acme.id
    event = (await world.events("organizationMembership.created"))[-1]
    assert (event["subject_id"], event["organization_id"]) == (made.id, acme.id)


async def test_nobody_is_a_member_twice_also_at_once(world):
    acme = await world.organization(owner="ann")
    ben = await world.user("ben")
    results = await all_at_once(*(join(world, acme.id, ben.id) for _ in range(6)))
    assert sum(isinstance(each, AlreadyMember) for each in results) == 5


async def test_what_does_not_exist_here_is_refused(world, other_world):
    acme = await world.organization(owner="ann")
    foreign = await other_world.user("zoe")
    ben = await world.user("ben")
    with pytest.raises(UserNotFound):
        await join(world, acme.id, foreign.id)
    with pytest.raises(RoleNotFound):
        await join(world, acme.id, ben.id, role="org:none")
    with pytest.raises(OrganizationNotFound):
        await join(other_world, acme.id, foreign.id)


async def test_a_role_outside_the_organizations_role_set_is_not_found(world):
    acme = await world.organization(owner="ann")
    ben = await world.user("ben")
    await world.sql(
        "DELETE FROM role_set_roles WHERE instance_id = $1 AND role_id ="
        " (SELECT id FROM roles WHERE instance_id = $1 AND key = 'org:viewer')",
        world.instance_id,
    )
    with pytest.raises(RoleNotFound):
        await join(world, acme.id, ben.id, role="org:viewer")


@pytest.mark.security("G9")
async def test_of_fifty_callers_for_one_seat_one_gets_it(world):
    acme = await world.organization(owner="ann", max_allowed_memberships=2)
    people = [await world.user(f"person{number}") for number in range(50)]
    results = await all_at_once(*(join(world, acme.id, person.id) for person in people))
    assert sum(isinstance(each, MembershipLimitReached) for each in results) == 49
    rows = await world.sql("SELECT 1 FROM memberships WHERE organization_id = $1", acme.id)
    assert len(rows) == 2


@pytest.mark.security("G9")
async def test_pending_invitations_take_seats_until_they_expire(world):
    acme = await world.organization(owner="ann", max_allowed_memberships=2)
    ben = await world.user("ben")
    await world.sql(
        "INSERT INTO organization_invitations (instance_id, id, organization_id, email_address,"
        " address_key, role_id, status, expires_at, created_at, updated_at)"
        " SELECT $1, 'orginv_1', $2, 'x@example.com', 'x@example.com', id, 'pending',"
        " now() + interval '1 day', now(), now() FROM roles"
        " WHERE instance_id = $1 AND key = 'org:member'",
        world.instance_id,
        acme.id,
    )
    with pytest.raises(MembershipLimitReached):
        await join(world, acme.id, ben.id)
    await world.sql(
        "UPDATE organization_invitations SET expires_at = now() - interval '1 day'"
        " WHERE instance_id = $1",
        world.instance_id,
    )
    assert (await join(world, acme.id, ben.id)).user_id == ben.id


async def test_without_a_limit_there_is_always_a_seat(world):
    acme = await world.organization(owner="ann", max_allowed_memberships=1)
    ben = await world.user("ben")
    patch = OrganizationPatch(max_allowed_memberships=0)
    await world.call(None, organizations.update, organization_id=acme.id, patch=patch)
    assert (await join(world, acme.id, ben.id)).user_id == ben.id


@pytest.mark.security("G6")
async def test_nobody_gives_a_role_above_their_own(world):
    acme = await world.organization(owner="ann")
    await world.member(acme, "max", "org:manager")
    await world.member(acme, "mia", "org:member")
    await world.user("zoe")
    new = await world.user("new")
    with pytest.raises(RoleAboveOwn):
        await join(world, acme.id, new.id, role="org:admin", who="max")
    with pytest.raises(NotPermitted):
        await join(world, acme.id, new.id, who="mia")
    with pytest.raises(NotFound):
        await join(world, acme.id, new.id, who="zoe")
    assert (await join(world, acme.id, new.id, role="org:manager", who="max")).user_id == new.id
