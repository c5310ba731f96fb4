"""The status of organizations, their tree, and their end."""

import pytest

from charter.core.memberships import operations as memberships
from charter.core.memberships.model import NewMembership
from charter.core.organizations import operations as organizations
from charter.core.organizations.model import (
    OrganizationDeletionNotAllowed,
    OrganizationHasChildren,
    OrganizationInactive,
    OrganizationNotFound,
    OrganizationPatch,
    OrganizationStatus,
    ParentIsBelow,
)
from charter.kernel.errors import NotFound, NotPermitted
from charter.kernel.lists import Search
from tests.world import all_at_once


async def set_status(world, acme, status):
    return await world.call(
        None, organizations.set_status, organization_id=acme.id, status=OrganizationStatus(status)
    )


async def move(world, child, parent):
    parent_id = parent.id if parent else None
    return await world.call(None, organizations.move, organization_id=child.id, parent_id=parent_id)


async def join(world, acme, name):
    new = NewMembership((await world.user(name)).id, "org:member")
    return await world.call(None, memberships.create, organization_id=acme.id, membership=new)


async def test_members_of_a_suspended_organization_look_and_leave_and_change_nothing(world):
    acme = await world.organization(owner=["ann", "ben"])
    changed = await set_status(world, acme, "suspended")
    assert changed.status is OrganizationStatus.SUSPENDED
    read = await world.call("ann", organizations.get, organization_id=acme.id)
    assert read.id == acme.id
    found = await world.call("ann", memberships.search, organization_id=acme.id, search=Search())
    assert found.total == 2
    patch = OrganizationPatch(name="Brick")
    with pytest.raises(NotPermitted):
        await world.call("ann", organizations.update, organization_id=acme.id, patch=patch)
    with pytest.raises(NotPermitted):
        await world.call("ann", memberships.remove, organization_id=acme.id, user_id="ben")
    with pytest.raises(OrganizationInactive):
        await join(world, acme, "cid")
    await world.call("ann", memberships.remove, organization_id=acme.id, user_id="ann")


async def test_a_closed_organization_is_for_its_members_as_if_it_were_not_there(world):
    acme = await world.organization(owner="ann")
    await set_status(world, acme, "closed")
    with pytest.raises(NotFound):
        await world.call("ann", organizations.get, organization_id=acme.id)
    mine = await world.call("ann", memberships.search_of_user, user_id="ann", search=Search())
    assert mine.total == 0
    with pytest.raises(OrganizationInactive):
        await join(world, acme, "ben")
    await set_status(world, acme, "active")
    read = await world.call("ann", organizations.get, organization_id=acme.id)
    assert read.status is OrganizationStatus.ACTIVE


async def test_the_server_reads_and_changes_a_closed_organization(world):
    acme = await world.organization(owner="ann")
    await set_status(world, acme, "closed")
    patch = OrganizationPatch(name="Brick")
    changed = await world.call(None, organizations.update, organization_id=acme.id, patch=patch)
    assert changed.name == "Brick"


async def test_an_organization_is_put_below_another_and_on_top_again(world):
    parent, child = await world.organization("Parent"), await world.organization("Child")
    assert (await move(world, child, parent)).parent_id == parent.id
    assert (await move(world, child, None)).parent_id is None
    assert len(await world.events("organization.updated")) == 2


async def test_an_organization_does_not_go_below_itself(world):
    top, middle, low = [await world.organization(name) for name in ("Top", "Middle", "Low")]
    await move(world, middle, top)
    await move(world, low, middle)
    for parent in (top, middle, low):
        with pytest.raises(ParentIsBelow):
            await move(world, top, parent)


async def test_an_unknown_parent_and_one_of_another_instance_are_not_found(world, other_world):
    child, foreign = await world.organization("Child"), await other_world.organization("Foreign")
    with pytest.raises(OrganizationNotFound) as refused:
        await move(world, child, foreign)
    assert refused.value.parameter == "parent_id"


async def test_moves_at_once_never_close_a_ring(world):
    moves = []
    for number in range(8):
        # Two pairs; each half of what is missing to a ring touches other rows than the other.
        a, b, c, d = [await world.organization(f"Org {number} {each}") for each in "abcd"]
        await move(world, a, b)
        await move(world, c, d)
        moves += [move(world, b, c), move(world, d, a)]
    results = await all_at_once(*moves)
    for first, second in zip(results[::2], results[1::2], strict=True):
        assert sum(isinstance(each, ParentIsBelow) for each in (first, second)) == 1


async def test_a_deleted_organization_takes_its_memberships_and_leaves_its_people(world):
    acme = await world.organization(owner=["ann", "ben"])
    session = await world.session("ben", acme.id)
    await world.call(None, organizations.delete, organization_id=acme.id)
    assert not await world.sql("SELECT 1 FROM memberships WHERE organization_id = $1", acme.id)
    assert (
        len(await world.sql("SELECT 1 FROM users WHERE instance_id = $1", world.instance_id)) == 2
    )
    (row,) = await world.sql("SELECT * FROM sessions WHERE id = $1", session.id)
    assert (row["last_active_organization_id"], row["status"]) == (None, "active")
    (event,) = await world.events("organization.deleted")
    assert event["subject_id"] == acme.id
    with pytest.raises(OrganizationNotFound):
        await world.call(None, organizations.get, organization_id=acme.id)


async def test_an_organization_above_others_is_not_deleted(world):
    parent, child = await world.organization("Parent"), await world.organization("Child")
    await move(world, child, parent)
    with pytest.raises(OrganizationHasChildren):
        await world.call(None, organizations.delete, organization_id=parent.id)


async def test_owners_delete_their_organization_unless_it_does_not_let_them(world):
    acme = await world.organization(owner="ann")
    await world.member(acme, "ben", "org:manager")
    with pytest.raises(NotPermitted):
        await world.call("ben", organizations.delete, organization_id=acme.id)
    patch = OrganizationPatch(admin_delete_enabled=False)
    await world.call(None, organizations.update, organization_id=acme.id, patch=patch)
    with pytest.raises(OrganizationDeletionNotAllowed):
        await world.call("ann", organizations.delete, organization_id=acme.id)
    patch = OrganizationPatch(admin_delete_enabled=True)
    await world.call(None, organizations.update, organization_id=acme.id, patch=patch)
    gone = await world.call("ann", organizations.delete, organization_id=acme.id)
    assert gone.id == acme.id


@pytest.mark.security("G1")
async def test_a_ring_is_looked_for_among_ones_own_organizations_alone(world, other_world):
    top, parent, child = [await world.organization(name) for name in ("Top", "Parent", "Child")]
    await move(world, child, parent)
    # Another instance has the same ids, in the other order: above each stands the first.
    for twin in (top, parent, child):
        await other_world.sql(
            "INSERT INTO organizations (instance_id, id, name, parent_id, role_set_id,"
            " max_allowed_memberships, created_at, updated_at)"
            " SELECT $3, id, name, $4, $5, 0, created_at, updated_at FROM organizations"
            " WHERE id = $1 AND instance_id = $2",
            twin.id,
            world.instance_id,
            other_world.instance_id,
            None if twin is top else top.id,
            await initial_role_set(other_world),
        )
    assert (await move(world, top, child)).parent_id == child.id


async def initial_role_set(world):
    rows = await world.sql(
        "SELECT id FROM role_sets WHERE instance_id = $1 AND type = 'initial'", world.instance_id
    )
    return rows[0]["id"]
