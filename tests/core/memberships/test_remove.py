"""The end of memberships."""

import pytest

from charter.core.memberships import operations as memberships
from charter.core.memberships.model import MemberNotFound
from charter.core.organizations import operations as organizations
from charter.core.organizations.model import OrganizationNotFound
from charter.core.users import operations as users
from charter.kernel.errors import NotFound


async def remove(world, acme, user, who=None):
    return await world.call(who, memberships.remove, organization_id=acme.id, user_id=user)


async def test_a_removed_member_is_a_stranger_and_remains_a_user(world):
    acme = await world.organization(owner="ann")
    await world.member(acme, "ben")
    removed = await remove(world, acme, "ben", who="ann")
    assert removed.user_id == world.people["ben"]
    with pytest.raises(NotFound):
        await world.call("ben", organizations.get, organization_id=acme.id)
    assert (await world.user("ben")).id == world.people["ben"]
    (event,) = await world.events("organizationMembership.deleted")
    assert event["organization_id"] == acme.id


async def test_members_leave_without_a_permission(world):
    acme = await world.organization(owner="ann")
    await world.member(acme, "ben", "org:viewer")
    left = await remove(world, acme, "ben", who="ben")
    assert left.role_key == "org:viewer"


@pytest.mark.security("G1")
async def test_strangers_who_leave_do_not_learn_that_the_organization_exists(world):
    acme = await world.organization(owner="ann")
    await world.user("ben")
    with pytest.raises(OrganizationNotFound):
        await remove(world, acme, "ben", who="ben")
    with pytest.raises(MemberNotFound):
        await remove(world, acme, "ben")


@pytest.mark.security("C4")
async def test_a_removed_members_sessions_go_on_without_the_organization(world):
    acme = await world.organization(owner="ann")
    brick = await world.organization("Brick", owner="ann")
    await world.member(acme, "ben")
    await world.member(brick, "ben")
    here, there = await world.session("ben", acme.id), await world.session("ben", brick.id)
    others = await world.session("ann", acme.id)
    await remove(world, acme, "ben")
    rows = await world.sql(
        "SELECT id, last_active_organization_id, status FROM sessions WHERE instance_id = $1",
        world.instance_id,
    )
    active = {row["id"]: row["last_active_organization_id"] for row in rows}
    assert active == {here.id: None, there.id: brick.id, others.id: acme.id}
    assert {row["status"] for row in rows} == {"active"}


async def test_a_deleted_user_leaves_even_as_the_last_owner_and_the_organization_stays(world):
    acme = await world.organization(owner="ann")
    await world.member(acme, "ben")
    await world.call(None, users.delete, user_id="ann")
    rows = await world.sql("SELECT user_id FROM memberships WHERE organization_id = $1", acme.id)
    assert [row["user_id"] for row in rows] == [world.people["ben"]]
    left = await world.call(None, organizations.get, organization_id=acme.id, with_elevated=True)
    assert left.is_missing_elevated_member is True
    raised = await world.call(
        None, memberships.set_role, organization_id=acme.id, user_id="ben", role="org:admin"
    )
    assert raised.is_creator_role
