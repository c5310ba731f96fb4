"""People whom a caller knows, and who is behind a number or a username."""

import pytest

from charter.core.memberships import operations as memberships
from charter.core.numbered import NOTHING, user_of_key, user_of_number
from charter.core.organizations import operations as organizations
from charter.core.organizations.model import OrganizationStatus
from charter.core.users import known
from charter.core.users.model import UserNotFound
from charter.kernel.actor import Actor, ActorKind
from charter.kernel.errors import NotPermitted, Unauthenticated
from charter.kernel.lists import Search


async def seen(world, who, name):
    """Whether one person knows another: the list of whom they know says the same."""
    user = await world.user(name)
    listed = await world.call(who, known.search_known, search=Search(limit=100))
    is_listed = user.id in {row.id for row in listed.items}
    assert listed.total == len(listed.items)
    try:
        found = await world.call(who, known.get_known, user_id=user.id)
    except UserNotFound:
        assert not is_listed
        return False
    assert is_listed
    assert found in listed.items
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


async def test_a_role_that_stands_beside_another_reads_members_too(world):
    acme = await world.organization(owner="ann")
    await world.member(acme, "vic", "org:viewer")
    assert not await seen(world, "vic", "ann")
    await world.call(
        None,
        memberships.set_roles,
        organization_id=acme.id,
        user_id="vic",
        roles=("org:viewer", "org:member"),
    )
    assert await seen(world, "vic", "ann")


async def test_a_username_is_found_in_any_case(world):
    ann = await world.user("ann", username="Ann_Ann")
    for key in ("ann_ann", "ANN_ANN", str(ann.number)):
        assert await user_of_key(world.platform, world.server, key) == ann.id


@pytest.mark.parametrize(
    "name", ["", "a", "a\x00bcd", "\ud800bcd", "x" * 10_000, "01234", "né_né", "-1", "\uff11"]
)
async def test_hostile_usernames_are_nobodys(world, name):
    assert await user_of_key(world.platform, world.server, name) == NOTHING


@pytest.mark.parametrize("number", [0, -1, 2**63 - 1, 2**63, 10**400])
async def test_a_number_that_nobody_can_have_is_nobodys(world, number):
    assert await user_of_number(world.platform, world.server, number) == NOTHING


@pytest.mark.security("G1")
async def test_people_of_another_instance_are_nobody(world, other_world):
    ann = await other_world.user("ann", username="ann_ann")
    for key in (str(ann.number), "ann_ann"):
        assert await user_of_key(world.platform, other_world.server, key) == ann.id
        assert await user_of_key(world.platform, world.server, key) == NOTHING
    with pytest.raises(UserNotFound):
        await world.call(None, known.get_known, user_id=ann.id)


async def test_nobody_and_tokens_know_nobody(world):
    ann = await world.user("ann")
    actor = Actor(ActorKind.ANONYMOUS, world.instance_id)
    with pytest.raises(Unauthenticated):
        await world.call(actor, known.get_known, user_id=ann.id)
    actor = Actor(ActorKind.ORGANIZATION_TOKEN, world.instance_id, organization_id="org_x")
    with pytest.raises(NotPermitted):
        await world.call(actor, known.search_known, search=Search())
