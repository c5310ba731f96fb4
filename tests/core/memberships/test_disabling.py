"""Members who are disabled, and who come back as they were."""

import pytest

from charter.core.memberships import operations as memberships
from charter.core.memberships.model import MemberNotFound
from charter.core.organizations import operations as organizations
from charter.core.organizations.model import (
    MetadataPatch,
    OrganizationNotFound,
    OrganizationPatch,
)
from charter.core.roles.model import RoleNotFound
from charter.core.users import operations as users
from charter.kernel.errors import NotFound, NotPermitted
from charter.kernel.filters.tree import Apply, Name, Op, Value
from charter.kernel.lists import Search
from tests.core.memberships.several import (
    disable,
    enable,
    make_role,
    members,
    remove,
    roles_held,
    set_roles,
    standing,
)
from tests.core.role_sets.sets import make_set

PATCH = MetadataPatch(public_metadata={"desk": 4}, private_metadata={"pay": 5})


@pytest.fixture
async def acme(world):
    """Acme with Ann as its owner; Ben is a viewer and clerk with metadata."""
    made = await world.organization(owner="ann")
    await make_role(world, "org:clerk", "org:bills:pay")
    await world.member(made, "ben", "org:viewer")
    await set_roles(world, made, "ben", "org:viewer", "org:clerk")
    await world.call(
        None, memberships.merge_metadata, organization_id=made.id, user_id="ben", patch=PATCH
    )
    return made


async def member(world, name):
    """The one membership of somebody; None if there is none."""
    found = await world.call(None, memberships.search_of_user, user_id=name, search=Search())
    return next(iter(found.items), None)


@pytest.mark.security("G2")
async def test_whoever_is_disabled_is_a_stranger(world, acme):
    gone = await disable(world, acme, "ben", who="ann")
    assert (gone.role_keys, gone.disabled_at) == (("org:viewer", "org:clerk"), gone.updated_at)
    assert await member(world, "ben") is None
    assert not (await standing(world, acme, "ben")).is_member
    with pytest.raises(NotFound):
        await world.call("ben", organizations.get, organization_id=acme.id)
    with pytest.raises(MemberNotFound):
        await set_roles(world, acme, "ben", "org:member")
    # By removing themselves they could join anew.
    with pytest.raises(OrganizationNotFound):
        await remove(world, acme, "ben", who="ben")
    assert (await world.get(f"/organizations/{acme.id}/memberships")).json()["total_count"] == 1


async def test_that_they_are_no_member_is_told_with_what_brings_them_back(world, acme):
    gone = await disable(world, acme, "ben")
    (event,) = await world.events("organizationMembership.deleted")
    assert (event["subject_id"], event["before"]["disabled_at"]) == (gone.id, None)
    assert event["after"]["disabled_at"] is not None


async def test_whoever_is_enabled_is_a_member_as_before(world, acme):
    before = await member(world, "ben")
    await disable(world, acme, "ben", who="ann")
    after = await enable(world, acme, "ben", who="ann")
    for name in ("id", "created_at", "role_keys", "permissions", "disabled_at"):
        assert getattr(after, name) == getattr(before, name), name
    assert (after.public_metadata, after.private_metadata) == ({"desk": 4}, {"pay": 5})
    assert await member(world, "ben") == after
    assert await world.sql("SELECT 1 FROM disabled_memberships WHERE id = $1", after.id) == []
    event = (await world.events("organizationMembership.created"))[-1]
    assert event["subject_id"] == after.id


async def test_doing_it_again_changes_nothing(world, acme):
    once = await disable(world, acme, "ben")
    assert await disable(world, acme, "ben") == once
    back = await enable(world, acme, "ben")
    assert await enable(world, acme, "ben") == back
    assert len(await world.events("organizationMembership.deleted")) == 1
    assert len(await world.events("organizationMembership.created")) == 3


@pytest.mark.security("C4")
async def test_sessions_go_on_without_the_organization(world, acme):
    brick = await world.organization("Brick", owner="ann")
    await world.member(brick, "ben")
    here, there = await world.session("ben", acme.id), await world.session("ben", brick.id)
    await disable(world, acme, "ben")
    await enable(world, acme, "ben")
    rows = await world.sql("SELECT id, last_active_organization_id AS active FROM sessions")
    active = {row["id"]: row["active"] for row in rows}
    assert (active[here.id], active[there.id]) == (None, brick.id)


@pytest.mark.security("G1")
async def test_strangers_and_what_is_elsewhere_are_not_found(world, other_world, acme):
    await world.user("zoe")
    ben = world.people["ben"]
    await disable(world, acme, "ben")
    for call in (disable, enable):
        with pytest.raises(MemberNotFound):
            await call(world, acme, "zoe")
        with pytest.raises(NotFound):
            await call(world, acme, "ben", who="zoe")
        with pytest.raises(OrganizationNotFound):
            await call(other_world, acme, ben)
    with pytest.raises(OrganizationNotFound):
        await remove(other_world, acme, ben)
    with pytest.raises(OrganizationNotFound):
        await other_world.call(
            None, memberships.search_with_disabled, organization_id=acme.id, search=Search()
        )
    assert await members(world, acme) == ["ann"]
    assert await roles_held(world, acme, "ben") == ["org:clerk", "org:viewer"]


async def use_set(world, acme, key):
    patch = OrganizationPatch(role_set_key=key)
    await world.call(None, organizations.update, organization_id=acme.id, patch=patch)


async def test_of_roles_that_the_set_has_no_more_the_others_come_back(world, acme):
    await disable(world, acme, "ben")
    small = await make_set(world, roles=("org:admin", "org:clerk", "org:member"))
    await use_set(world, acme, small.key)
    assert (await enable(world, acme, "ben")).role_keys == ("org:clerk",)
    assert await roles_held(world, acme, "ben") == ["org:clerk"]


async def test_whose_roles_the_set_has_no_more_gets_its_default_role(world, acme):
    await disable(world, acme, "ben")
    small = await make_set(world, roles=("org:admin", "org:member"))
    await use_set(world, acme, small.key)
    await world.sql("UPDATE role_sets SET default_role_id = NULL WHERE id = $1", small.id)
    with pytest.raises(RoleNotFound):
        await enable(world, acme, "ben")
    await world.sql(
        "UPDATE role_sets SET default_role_id = (SELECT id FROM roles WHERE instance_id = $1"
        " AND key = 'org:member') WHERE id = $2",
        world.instance_id,
        small.id,
    )
    assert (await enable(world, acme, "ben")).role_keys == ("org:member",)


async def test_what_became_the_creators_role_comes_back_as_the_primary_one(world, acme):
    await set_roles(world, acme, "ben", "org:viewer", "org:admin")
    await set_roles(world, acme, "ben", "org:viewer", "org:clerk")
    await world.sql(
        "UPDATE membership_roles SET role_id = (SELECT id FROM roles WHERE instance_id = $1"
        " AND key = 'org:admin') WHERE instance_id = $1",
        world.instance_id,
    )
    await disable(world, acme, "ben")
    back = await enable(world, acme, "ben")
    assert (back.role_keys, back.is_creator_role) == (("org:admin", "org:viewer"), True)


async def test_a_disabled_member_is_removed_for_good(world, acme):
    await disable(world, acme, "ben")
    gone = await remove(world, acme, "ben", who="ann")
    assert gone.disabled_at is not None
    with pytest.raises(MemberNotFound):
        await enable(world, acme, "ben")
    (event,) = await world.events("disabledMembership.deleted")
    assert event["subject_id"] == gone.id
    assert len(await world.events("organizationMembership.deleted")) == 1
    assert (await world.member(acme, "ben")).role_keys == ("org:member",)
    assert await roles_held(world, acme, "ben") == ["org:member"]


async def test_they_go_with_their_user_and_their_organization(world, acme):
    brick = await world.organization("Brick", owner="ann")
    for name in ("ben", "cid"):
        await world.member(brick, name)
        await disable(world, brick, name)
    await disable(world, acme, "ben")
    await world.call(None, users.delete, user_id="ben")
    await world.call(None, organizations.delete, organization_id=brick.id)
    for table in ("disabled_memberships", "disabled_membership_roles"):
        rows = await world.sql(f"SELECT 1 FROM {table} WHERE instance_id = $1", world.instance_id)
        assert rows == []


async def test_lists_tell_who_is_disabled_where_they_are_asked_to(world, acme):
    await world.member(acme, "cid")
    await disable(world, acme, "ben")

    async def listed(name=None, value=None, **search):
        where = Apply(Op.EQ, (Name(name), Value(value))) if name else None
        found = await world.call(
            "ann",
            memberships.search_with_disabled,
            organization_id=acme.id,
            search=Search(where=where, **search),
        )
        names = {user_id: each for each, user_id in world.people.items()}
        return [names[each.user_id] for each in found.items], found.total

    assert await listed() == (["cid", "ben", "ann"], 3)
    assert await listed(limit=1, offset=1) == (["ben"], 3)
    assert await listed("member_status", "disabled") == (["ben"], 1)
    assert await listed("member_status", "active") == (["cid", "ann"], 2)
    assert await listed("user_id", world.people["ben"]) == (["ben"], 1)
    with pytest.raises(NotPermitted):
        await world.call(
            "cid", memberships.search_with_disabled, organization_id=acme.id, search=Search()
        )
