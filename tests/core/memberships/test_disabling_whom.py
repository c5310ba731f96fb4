"""Who may disable and enable whom, and that owners and seats are counted."""

import pytest

from charter.core.memberships.model import LastOwner, MembershipLimitReached, OwnMembership
from charter.core.organizations import operations as organizations
from charter.core.organizations.model import (
    OrganizationInactive,
    OrganizationPatch,
    OrganizationStatus,
)
from charter.core.roles.model import RoleAboveOwn
from charter.kernel.errors import NotFound, NotPermitted
from tests.core.memberships.several import (
    disable,
    enable,
    make_role,
    members,
    remove,
    roles_held,
    set_roles,
)
from tests.waiting import after_open
from tests.world import all_at_once

LOCK = "SELECT id FROM organizations WHERE id = $1 FOR UPDATE"


@pytest.fixture
async def acme(world):
    """Acme with Ann as its owner and Max as a manager; Ben is a viewer and clerk."""
    made = await world.organization(owner="ann")
    await make_role(world, "org:clerk", "org:bills:pay")
    await world.member(made, "max", "org:manager")
    await world.member(made, "ben", "org:viewer")
    await set_roles(world, made, "ben", "org:viewer", "org:clerk")
    return made


@pytest.mark.security("G6")
@pytest.mark.parametrize("name", ["ben", "olga"])
async def test_nobody_disables_or_enables_whose_roles_are_above_their_own(world, acme, name):
    # A clerk holds what a manager does not.
    await world.member(acme, "olga", "org:admin")
    with pytest.raises(RoleAboveOwn):
        await disable(world, acme, name, who="max")
    await disable(world, acme, name)
    for call in (enable, disable, remove):
        with pytest.raises(RoleAboveOwn):
            await call(world, acme, name, who="max")
    assert name not in await members(world, acme)
    await set_roles(world, acme, "max", "org:manager", "org:clerk")
    if name == "ben":
        await enable(world, acme, name, who="max")
        await disable(world, acme, name, who="max")


@pytest.mark.security("G6")
async def test_without_the_permission_nobody_is_disabled_or_enabled(world, acme):
    await world.member(acme, "mia")
    for call in (disable, enable):
        for who in ("mia", "ben"):
            with pytest.raises(NotPermitted):
                await call(world, acme, "max", who=who)
    assert await members(world, acme) == ["ann", "ben", "max", "mia"]


async def test_nobody_disables_themselves(world, acme):
    await world.member(acme, "olga", "org:admin")
    for name in ("max", "olga"):
        with pytest.raises(OwnMembership):
            await disable(world, acme, name, who=name)


@pytest.mark.security("G6")
async def test_one_owner_stays(world, acme):
    with pytest.raises(LastOwner):
        await disable(world, acme, "ann")
    await world.member(acme, "olga", "org:admin")
    results = await all_at_once(disable(world, acme, "olga"), disable(world, acme, "ann"))
    assert sum(isinstance(each, LastOwner) for each in results) == 1
    assert len(set(await members(world, acme)) & {"ann", "olga"}) == 1


@pytest.mark.security("G6")
async def test_of_two_owners_who_disable_each_other_one_is_faster(world, acme):
    await world.member(acme, "olga", "org:admin")
    results = await all_at_once(
        disable(world, acme, "olga", who="ann"), disable(world, acme, "ann", who="olga")
    )
    assert sum(isinstance(each, NotFound) for each in results) == 1
    assert len(set(await members(world, acme)) & {"ann", "olga"}) == 1


@pytest.mark.security("G6")
@pytest.mark.parametrize("call", [disable, enable])
async def test_whoever_is_disabled_while_they_wait_does_nothing_more(world, acme, call):
    await disable(world, acme, "ben")
    if call is disable:
        await enable(world, acme, "ben")
    before = await members(world, acme)
    with pytest.raises(NotFound):
        await after_open(
            world,
            call(world, acme, "ben", who="ann"),
            (LOCK, acme.id),
            ("DELETE FROM memberships WHERE user_id = $1", world.people["ann"]),
        )
    assert await members(world, acme) == sorted(set(before) - {"ann"})


@pytest.mark.security("G9")
async def test_a_disabled_member_takes_no_seat_and_needs_one_to_come_back(world, acme):
    patch = OrganizationPatch(max_allowed_memberships=3)
    await world.call(None, organizations.update, organization_id=acme.id, patch=patch)
    await disable(world, acme, "ben")
    results = await all_at_once(enable(world, acme, "ben"), world.member(acme, "cid"))
    assert sum(isinstance(each, MembershipLimitReached) for each in results) == 1
    assert len(await members(world, acme)) == 3
    await disable(world, acme, "max")
    await world.member(acme, "dan")
    with pytest.raises(MembershipLimitReached):
        await enable(world, acme, "max")


async def test_an_organization_that_takes_nobody_takes_nobody_back(world, acme):
    await disable(world, acme, "ben")
    for status in (OrganizationStatus.SUSPENDED, OrganizationStatus.CLOSED):
        await world.call(None, organizations.set_status, organization_id=acme.id, status=status)
        with pytest.raises(OrganizationInactive):
            await enable(world, acme, "ben")
        for call in (enable, disable):
            with pytest.raises((NotPermitted, NotFound)):
                await call(world, acme, "max", who="ann")
    await disable(world, acme, "max")
    assert await members(world, acme) == ["ann"]


async def test_of_many_at_once_one_side_holds_as_a_whole(world, acme):
    calls = [disable, enable] * 4
    results = await all_at_once(*(call(world, acme, "ben") for call in calls))
    assert not [each for each in results if isinstance(each, Exception)]
    assert await roles_held(world, acme, "ben") == ["org:clerk", "org:viewer"]
    told = [event["name"].rpartition(".")[2] for event in await world.events()]
    told = [name for name in told if name in ("created", "deleted")]
    assert told.count("deleted") in (1, 2, 3, 4)
