"""Members suspend their organization and bring it back, unless the instance holds its status."""

import pytest

from charter.core.memberships import operations as memberships
from charter.core.organizations import operations as organizations
from charter.core.organizations.model import OrganizationPatch, OrganizationStatus
from charter.kernel.actor import Actor, ActorKind
from charter.kernel.errors import NotFound, NotPermitted
from tests.world import all_at_once


async def set_status(world, acme, who, status):
    return await world.call(
        who, organizations.set_status, organization_id=acme.id, status=OrganizationStatus(status)
    )


@pytest.fixture
async def acme(world):
    made = await world.organization(owner="ann")
    await world.member(made, "ben", "org:manager")
    await world.member(made, "cid")
    await world.user("eve")
    return made


async def test_members_who_manage_it_suspend_it_and_bring_it_back(world, acme):
    suspended = await set_status(world, acme, "ben", "suspended")
    assert (suspended.status, suspended.is_status_held) == ("suspended", False)
    patch = OrganizationPatch(name="Brick")
    with pytest.raises(NotPermitted):
        await world.call("ann", organizations.update, organization_id=acme.id, patch=patch)
    assert (await set_status(world, acme, "ann", "active")).status == "active"
    assert len(await world.events("organization.updated")) == 2


async def test_others_do_neither(world, acme):
    for status in ("suspended", "active"):
        with pytest.raises(NotPermitted):
            await set_status(world, acme, "cid", status)
        with pytest.raises(NotFound):
            await set_status(world, acme, "eve", status)
    await set_status(world, acme, "ann", "suspended")
    with pytest.raises(NotPermitted):
        await set_status(world, acme, "cid", "active")
    with pytest.raises(NotFound):
        await set_status(world, acme, "eve", "active")


async def test_what_the_instance_has_suspended_members_do_not_bring_back(world, acme):
    assert (await set_status(world, acme, None, "suspended")).is_status_held
    for who in ("ann", "ben"):
        for status in ("active", "suspended"):
            with pytest.raises(NotPermitted):
                await set_status(world, acme, who, status)
    assert not (await set_status(world, acme, None, "active")).is_status_held
    assert (await set_status(world, acme, "ann", "suspended")).status == "suspended"


async def test_the_instance_takes_over_what_members_have_suspended(world, acme):
    await set_status(world, acme, "ann", "suspended")
    assert (await set_status(world, acme, None, "suspended")).is_status_held
    with pytest.raises(NotPermitted):
        await set_status(world, acme, "ann", "active")


async def test_only_the_instance_closes(world, acme):
    for first in ("active", "suspended"):
        await set_status(world, acme, "ann", first)
        with pytest.raises(NotPermitted):
            await set_status(world, acme, "ann", "closed")
    await set_status(world, acme, None, "closed")
    with pytest.raises(NotFound):
        await set_status(world, acme, "ann", "active")


async def test_a_token_brings_nothing_back(world, acme):
    held = frozenset({"org:sys_profile:manage"})
    token = Actor(
        ActorKind.ORGANIZATION_TOKEN,
        world.instance_id,
        "tok",
        organization_id=acme.id,
        permissions=held,
    )
    assert (await set_status(world, acme, token, "suspended")).status == "suspended"


@pytest.mark.parametrize("member_status", ["active", "suspended"])
async def test_the_instance_has_the_last_word_whoever_comes_first(world, member_status):
    several = [await world.organization(f"Org {n}", owner="ann") for n in range(6)]
    for each in several:
        await set_status(world, each, "ann", "suspended")
    calls = []
    for each in several:
        calls += [set_status(world, each, "ann", member_status)]
        calls += [set_status(world, each, None, "suspended")]
    await all_at_once(*calls)
    rows = await world.sql(
        "SELECT DISTINCT status, is_status_held FROM organizations WHERE instance_id = $1",
        world.instance_id,
    )
    assert [tuple(row) for row in rows] == [("suspended", True)]


async def test_who_loses_their_role_meanwhile_brings_nothing_back(world, acme):
    await world.member(acme, "dan", "org:admin")
    await set_status(world, acme, "ann", "suspended")
    await world.call(None, memberships.remove, organization_id=acme.id, user_id="dan")
    with pytest.raises(NotFound):
        await set_status(world, acme, "dan", "active")
