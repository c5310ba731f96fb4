"""People by their numbers and usernames, as far as the caller may see them."""

import pytest

from charter.core.organizations import operations as organizations
from charter.core.organizations.model import OrganizationStatus
from charter.core.users import finding
from charter.core.users.model import UserNotFound
from charter.kernel.actor import Actor, ActorKind
from charter.kernel.errors import NotPermitted, Unauthenticated


async def seen(world, who, name):
    """Whether one person sees another, by their number."""
    user = await world.user(name)
    try:
        found = await world.call(who, finding.get_by_number, number=user.number)
    except UserNotFound:
        return False
    assert found.id == user.id
    return True


async def test_users_see_themselves_and_members_whom_their_role_reads(world):
    acme = await world.organization(owner="ann")
    await world.member(acme, "ben")
    await world.member(acme, "vic", "org:viewer")
    await world.user("eve")
    sees = {
        who: [name for name in ("ann", "ben", "vic", "eve") if await seen(world, who, name)]
        for who in ("ann", "ben", "vic", "eve", None)
    }
    assert sees == {
        "ann": ["ann", "ben", "vic"],
        "ben": ["ann", "ben", "vic"],
        "vic": ["vic"],
        "eve": ["eve"],
        None: ["ann", "ben", "vic", "eve"],
    }


async def test_a_role_in_one_organization_reads_nobody_of_another(world):
    await world.organization("Acme", owner="ann")
    brick = await world.organization("Brick", owner="ben")
    await world.member(brick, "ann", "org:viewer")
    assert not await seen(world, "ann", "ben")
    assert await seen(world, "ben", "ann")


async def test_a_role_that_holds_other_permissions_and_not_this_one_reads_nobody(world):
    acme = await world.organization(owner="ann")
    await world.member(acme, "ben", "org:manager")
    assert await seen(world, "ben", "ann")
    await world.sql(
        "DELETE FROM role_permissions AS held USING roles, permissions"
        " WHERE held.instance_id = $1 AND roles.instance_id = $1 AND permissions.instance_id = $1"
        " AND held.role_id = roles.id AND held.permission_id = permissions.id"
        " AND roles.key = 'org:manager' AND permissions.key = 'org:sys_memberships:read'",
        world.instance_id,
    )
    assert not await seen(world, "ben", "ann")


async def test_in_a_closed_organization_nobody_sees_another(world):
    acme = await world.organization(owner=["ann", "ben"])
    for status, is_seen in (("suspended", True), ("closed", False)):
        await world.call(
            None,
            organizations.set_status,
            organization_id=acme.id,
            status=OrganizationStatus(status),
        )
        assert await seen(world, "ann", "ben") is is_seen


async def test_a_username_is_found_in_any_case(world):
    ann = await world.user("ann", username="Ann_Ann")
    for name in ("ann_ann", "ANN_ANN"):
        assert (await world.call(None, finding.get_by_username, username=name)).id == ann.id
        assert (await world.call("ann", finding.get_by_username, username=name)).id == ann.id
    await world.user("eve")
    with pytest.raises(UserNotFound):
        await world.call("eve", finding.get_by_username, username="ann_ann")


@pytest.mark.parametrize("name", ["", "a", "a\x00bcd", "\ud800bcd", "x" * 10_000, "1234", "né_né"])
async def test_hostile_usernames_are_nobodys(world, name):
    with pytest.raises(UserNotFound):
        await world.call(None, finding.get_by_username, username=name)


@pytest.mark.parametrize("number", [0, -1, 2**63 - 1, 2**63, 10**400])
async def test_a_number_that_nobody_can_have_is_nobodys(world, number):
    with pytest.raises(UserNotFound):
        await world.call(None, finding.get_by_number, number=number)


@pytest.mark.security("G1")
async def test_people_of_another_instance_are_nobody(world, other_world):
    ann = await other_world.user("ann", username="ann_ann")
    with pytest.raises(UserNotFound):
        await world.call(None, finding.get_by_number, number=ann.number)
    with pytest.raises(UserNotFound):
        await world.call(None, finding.get_by_username, username="ann_ann")


async def test_nobody_and_tokens_find_nobody(world):
    ann = await world.user("ann")
    actor = Actor(ActorKind.ANONYMOUS, world.instance_id)
    with pytest.raises(Unauthenticated):
        await world.call(actor, finding.get_by_number, number=ann.number)
    actor = Actor(ActorKind.ORGANIZATION_TOKEN, world.instance_id, organization_id="org_x")
    with pytest.raises(NotPermitted):
        await world.call(actor, finding.get_by_number, number=ann.number)
