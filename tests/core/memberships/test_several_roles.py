"""Members with one primary role, and further ones beside it."""

import pytest

from charter.core.memberships import operations as memberships
from charter.core.memberships.model import LastOwner, MemberNotFound, NewMembership
from charter.core.organizations import operations as organizations
from charter.core.organizations.model import OrganizationNotFound, OrganizationStatus
from charter.core.roles.model import RoleAboveOwn, RoleNotFound
from charter.kernel.errors import InvalidInput, NotFound, NotPermitted
from charter.kernel.lists import Search
from tests.core.memberships.several import (
    make_role,
    members,
    roles_held,
    set_roles,
    standing,
)
from tests.waiting import after_open
from tests.world import all_at_once

BILLS, POSTS = "org:bills:pay", "org:posts:read"
GIVE = (
    "INSERT INTO membership_roles SELECT $1, m.id, r.id FROM memberships m, roles r"
    " WHERE m.instance_id = $1 AND r.instance_id = $1 AND m.user_id = $2 AND r.key = 'org:viewer'"
)


@pytest.fixture
async def acme(world):
    """Acme with Ann as its owner and Ben as a member; clerks pay bills, readers read posts."""
    made = await world.organization(owner="ann")
    await world.member(made, "ben")
    await make_role(world, "org:clerk", BILLS)
    await make_role(world, "org:reader", POSTS)
    return made


async def test_a_member_has_the_permissions_of_all_roles_each_once(world, acme):
    changed = await set_roles(world, acme, "ben", "org:reader", "org:viewer", "org:clerk")
    assert changed.role_key == "org:reader"
    assert changed.further_role_keys == ("org:clerk", "org:viewer")
    assert changed.role_keys == ("org:reader", "org:clerk", "org:viewer")
    assert changed.permissions == (BILLS, POSTS)
    again = await set_roles(world, acme, "ben", "org:member", "org:manager")
    assert again.permissions == tuple(sorted(set(again.permissions)))
    (first, _) = await world.events("organizationMembership.updated")
    assert first["before"]["further_role_keys"] == []
    assert first["after"]["further_role_keys"] == ["org:clerk", "org:viewer"]


async def test_every_reading_of_a_member_tells_all_roles(world, acme):
    await set_roles(world, acme, "ben", "org:reader", "org:clerk")
    for operation, arguments in (
        (memberships.search, {"organization_id": acme.id}),
        (memberships.search_of_user, {"user_id": "ben"}),
        (memberships.search_all, {}),
        (memberships.search, {"organization_id": acme.id, "oldest_first": True}),
    ):
        found = await world.call(None, operation, search=Search(), **arguments)
        ben = next(each for each in found.items if each.user_id == world.people["ben"])
        assert (ben.role_keys, ben.permissions) == (("org:reader", "org:clerk"), (BILLS, POSTS))
    held = await standing(world, acme, "ben")
    assert (held.permissions, held.role_key) == ({BILLS, POSTS}, "org:reader")


@pytest.mark.security("G2")
async def test_a_further_role_lets_do_what_it_holds_until_it_is_taken(world, acme):
    new = {"organization_id": acme.id, "user_id": "cid", "role": "org:viewer"}
    await world.member(acme, "cid")
    with pytest.raises(NotPermitted):
        await world.call("ben", memberships.set_role, **new)
    await set_roles(world, acme, "ben", "org:viewer", "org:manager")
    assert (await world.call("ben", memberships.set_role, **new)).role_key == "org:viewer"
    await set_roles(world, acme, "ben", "org:viewer")
    with pytest.raises(NotPermitted):
        await world.call("ben", memberships.set_role, **new)


@pytest.mark.security("G2")
async def test_in_a_suspended_organization_all_roles_hold_what_reads_alone(world, acme):
    await set_roles(world, acme, "ben", "org:reader", "org:clerk", "org:manager")
    for status, held in ((OrganizationStatus.SUSPENDED, True), (OrganizationStatus.CLOSED, False)):
        await world.call(None, organizations.set_status, organization_id=acme.id, status=status)
        found = await standing(world, acme, "ben")
        assert found.is_member is held
        assert all(key.endswith(":read") for key in found.permissions)
        assert (POSTS in found.permissions) is held
    with pytest.raises(NotFound):
        await set_roles(world, acme, "ben", "org:member", who="ann")


async def test_the_creators_role_is_the_primary_one_wherever_it_is_named(world, acme):
    changed = await set_roles(world, acme, "ben", "org:clerk", "org:admin", "org:reader")
    assert (changed.role_key, changed.is_creator_role) == ("org:admin", True)
    assert changed.further_role_keys == ("org:clerk", "org:reader")


async def test_one_role_takes_the_place_of_all(world, acme):
    await set_roles(world, acme, "ben", "org:clerk", "org:reader")
    changed = await world.call(
        None, memberships.set_role, organization_id=acme.id, user_id="ben", role="org:clerk"
    )
    assert (changed.role_keys, changed.permissions) == (("org:clerk",), (BILLS,))
    assert await roles_held(world, acme, "ben") == ["org:clerk"]
    assert len(await world.events("organizationMembership.updated")) == 2


async def test_the_same_roles_are_no_change(world, acme):
    first = await set_roles(world, acme, "ben", "org:clerk", "org:reader", "org:viewer")
    again = await set_roles(world, acme, "ben", "org:clerk", "org:viewer", "org:reader")
    assert again == first
    assert len(await world.events("organizationMembership.updated")) == 1
    other = await set_roles(world, acme, "ben", "org:viewer", "org:clerk", "org:reader")
    assert other.role_key == "org:viewer"
    assert await roles_held(world, acme, "ben") == ["org:clerk", "org:reader", "org:viewer"]


async def test_roles_are_one_to_twenty_and_none_twice(world, acme):
    many = [f"org:role_{number}" for number in range(21)]
    for keys in ((), ("org:clerk", "org:clerk"), many):
        with pytest.raises(InvalidInput) as refused:
            await set_roles(world, acme, "ben", *keys)
        assert refused.value.parameter == "roles"
    for key in many[:20]:
        await make_role(world, key)
    assert len((await set_roles(world, acme, "ben", *many[:20])).role_keys) == 20


async def test_unknown_roles_members_and_organizations_are_refused(world, other_world, acme):
    await world.user("zoe")
    await make_role(world, "org:elsewhere", role_set=None)
    for keys in (("org:clerk", "org:none"), ("org:clerk", "org:elsewhere")):
        with pytest.raises(RoleNotFound) as refused:
            await set_roles(world, acme, "ben", *keys)
        assert refused.value.parameter == "roles"
    with pytest.raises(MemberNotFound):
        await set_roles(world, acme, "zoe", "org:clerk")
    with pytest.raises(OrganizationNotFound):
        await other_world.call(
            None,
            memberships.set_roles,
            organization_id=acme.id,
            user_id=world.people["ben"],
            roles=("org:member",),
        )
    assert await roles_held(world, acme, "ben") == ["org:member"]


@pytest.mark.security("G6")
async def test_nobody_gives_or_takes_a_role_above_their_own(world, acme):
    await world.member(acme, "max", "org:manager")
    # What is above Max may come first or last, be given or taken.
    for keys in (("org:clerk", "org:member"), ("org:member", "org:clerk"), ("org:admin",)):
        with pytest.raises(RoleAboveOwn):
            await set_roles(world, acme, "ben", *keys, who="max")
    await set_roles(world, acme, "ben", "org:member", "org:clerk")
    with pytest.raises(RoleAboveOwn):
        await set_roles(world, acme, "ben", "org:member", who="max")
    await set_roles(world, acme, "max", "org:clerk", "org:manager")
    assert (await set_roles(world, acme, "ben", "org:clerk", who="max")).role_keys == ("org:clerk",)
    with pytest.raises(NotPermitted):
        await set_roles(world, acme, "ben", "org:viewer", who="ben")
    new = NewMembership((await world.user("new")).id, "org:member", further_roles=("org:reader",))
    with pytest.raises(RoleAboveOwn):
        await world.call("max", memberships.create, organization_id=acme.id, membership=new)


async def test_a_new_member_may_come_with_several_roles(world, acme):
    dan = await world.user("dan")
    new = NewMembership(dan.id, "org:clerk", further_roles=("org:reader", "org:admin"))
    made = await world.call(None, memberships.create, organization_id=acme.id, membership=new)
    assert made.role_keys == ("org:admin", "org:clerk", "org:reader")
    for further, error in ((("org:clerk",), InvalidInput), (("org:none",), RoleNotFound)):
        new = NewMembership((await world.user("eve")).id, "org:clerk", further_roles=further)
        with pytest.raises(error):
            await world.call(None, memberships.create, organization_id=acme.id, membership=new)
    assert await members(world, acme) == ["ann", "ben", "dan"]


@pytest.mark.security("G6")
async def test_one_owner_stays_whoever_gives_other_roles(world, acme):
    with pytest.raises(LastOwner):
        await set_roles(world, acme, "ann", "org:clerk", "org:manager")
    await set_roles(world, acme, "ann", "org:clerk", "org:admin")
    await set_roles(world, acme, "ben", "org:admin", "org:reader")
    results = await all_at_once(
        set_roles(world, acme, "ann", "org:clerk", "org:reader"),
        set_roles(world, acme, "ben", "org:clerk", "org:reader"),
    )
    assert sum(isinstance(each, LastOwner) for each in results) == 1


async def test_of_several_at_once_the_last_one_holds_as_a_whole(world, acme):
    wanted = [("org:clerk", "org:reader"), ("org:viewer", "org:clerk"), ("org:reader",)]
    results = await all_at_once(*(set_roles(world, acme, "ben", *keys) for keys in wanted * 3))
    assert not [each for each in results if isinstance(each, Exception)]
    assert await roles_held(world, acme, "ben") in [sorted(keys) for keys in wanted]


async def test_roles_are_given_after_whoever_holds_the_organization(world, acme):
    changed = await after_open(
        world,
        set_roles(world, acme, "ben", "org:clerk", "org:reader"),
        ("SELECT id FROM organizations WHERE id = $1 FOR UPDATE", acme.id),
        (
            GIVE,
            world.instance_id,
            world.people["ben"],
        ),
    )
    assert changed.role_keys == ("org:clerk", "org:reader")
    assert await roles_held(world, acme, "ben") == ["org:clerk", "org:reader"]
