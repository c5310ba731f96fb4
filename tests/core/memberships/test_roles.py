"""Changing roles, leaving, and who may do it to whom."""

import pytest

from charter.core.memberships import operations as memberships
from charter.core.memberships.model import LastOwner, MemberNotFound
from charter.core.organizations.model import OrganizationNotFound
from charter.core.roles.model import RoleAboveOwn, RoleNotFound
from charter.core.vocabulary import TOKEN_PERMISSIONS
from charter.kernel.actor import Actor, ActorKind
from charter.kernel.errors import NotFound, NotPermitted
from tests.world import all_at_once

ROLES = ("org:admin", "org:manager", "org:member", "org:viewer")
RANK = {role: rank for rank, role in enumerate(reversed(ROLES))}
MANAGE = ("org:admin", "org:manager")


async def set_role(world, acme, user, role, who=None):
    return await world.call(
        who, memberships.set_role, organization_id=acme.id, user_id=user, role=role
    )


async def remove(world, acme, user, who=None):
    return await world.call(who, memberships.remove, organization_id=acme.id, user_id=user)


def token_of(world, acme):
    """A token that holds all that a token may."""
    return Actor(
        ActorKind.ORGANIZATION_TOKEN,
        world.instance_id,
        "otk_1",
        organization_id=acme.id,
        permissions=TOKEN_PERMISSIONS,
    )


def refusal(actor, old, new):
    """Why an actor of one role may not change a member from one role to another, or None."""
    if actor not in MANAGE:
        return NotPermitted
    if actor != "org:admin" and "org:admin" in (old, new):
        return RoleAboveOwn
    return None


async def test_a_member_gets_another_role(world):
    acme = await world.organization(owner="ann")
    await world.member(acme, "ben")
    changed = await set_role(world, acme, "ben", "org:manager")
    assert (changed.role_key, changed.is_creator_role) == ("org:manager", False)
    (event,) = await world.events("organizationMembership.updated")
    assert (event["before"]["role_key"], event["after"]["role_key"]) == (
        "org:member",
        "org:manager",
    )


async def test_the_role_somebody_has_is_no_change_and_no_conflict(world):
    acme = await world.organization(owner="ann")
    unchanged = await set_role(world, acme, "ann", "org:admin", who="ann")
    assert unchanged.role_key == "org:admin"
    assert not await world.events("organizationMembership.updated")


async def test_unknown_roles_members_and_organizations_are_refused(world):
    acme = await world.organization(owner="ann")
    await world.user("ben")
    with pytest.raises(RoleNotFound):
        await set_role(world, acme, "ann", "org:none")
    with pytest.raises(MemberNotFound):
        await set_role(world, acme, "ben", "org:member")
    with pytest.raises(OrganizationNotFound):
        await world.call(
            None, memberships.set_role, organization_id="org_no", user_id="ann", role="org:member"
        )


@pytest.mark.security("G6")
@pytest.mark.parametrize("actor", ROLES)
async def test_nobody_reaches_above_their_own_role(world, actor):
    acme = await world.organization(owner=["ann", "olga"])
    await world.member(acme, "actor", actor)
    await world.member(acme, "target", "org:viewer")
    for old in ROLES:
        for new in ROLES:
            await set_role(world, acme, "target", old)
            error = refusal(actor, old, new)
            if error is None:
                changed = await set_role(world, acme, "target", new, who="actor")
                assert changed.role_key == new
            else:
                with pytest.raises(error):
                    await set_role(world, acme, "target", new, who="actor")
        await set_role(world, acme, "target", old)
        error = refusal(actor, old, old)
        if error is None:
            await remove(world, acme, "target", who="actor")
            await world.member(acme, "target", old)
        else:
            with pytest.raises(error):
                await remove(world, acme, "target", who="actor")


@pytest.mark.security("G6")
async def test_a_token_of_the_organization_never_makes_or_unmakes_an_owner(world):
    acme = await world.organization(owner=["ann", "olga"])
    await world.member(acme, "ben")
    token = token_of(world, acme)
    for user, role in (("ben", "org:admin"), ("ann", "org:member"), ("ben", "org:manager")):
        with pytest.raises(RoleAboveOwn):
            await set_role(world, acme, user, role, who=token)
    with pytest.raises(RoleAboveOwn):
        await remove(world, acme, "ann", who=token)
    assert (await set_role(world, acme, "ben", "org:viewer", who=token)).role_key == "org:viewer"
    other = await world.organization("Other", owner="ann")
    with pytest.raises(NotFound):
        await remove(world, other, "ann", who=token)


@pytest.mark.security("G6")
@pytest.mark.parametrize("who", [None, "ann"])
async def test_the_last_owner_is_neither_demoted_nor_removed(world, who):
    acme = await world.organization(owner="ann")
    await world.member(acme, "ben", "org:manager")
    with pytest.raises(LastOwner):
        await set_role(world, acme, "ann", "org:member", who=who)
    with pytest.raises(LastOwner):
        await remove(world, acme, "ann", who=who)


@pytest.mark.security("G6")
@pytest.mark.parametrize("way", ["leave", "demote", "cross", "both"])
async def test_of_two_owners_going_at_once_one_stays(world, way):
    acme = await world.organization(owner=["ann", "ben"])
    calls = {
        "leave": [remove(world, acme, each, who=each) for each in ("ann", "ben")],
        "demote": [set_role(world, acme, each, "org:member") for each in ("ann", "ben")],
        "cross": [
            set_role(world, acme, "ben", "org:member", who="ann"),
            set_role(world, acme, "ann", "org:member", who="ben"),
        ],
        "both": [
            remove(world, acme, "ann", who="ann"),
            set_role(world, acme, "ben", "org:viewer"),
        ],
    }
    results = await all_at_once(*calls.pop(way))
    for unused in calls.values():
        for each in unused:
            each.close()
    assert sum(isinstance(each, (LastOwner, NotPermitted)) for each in results) == 1
    owners = await world.sql(
        "SELECT 1 FROM memberships m JOIN roles r ON r.id = m.role_id"
        " WHERE m.organization_id = $1 AND r.key = 'org:admin'",
        acme.id,
    )
    assert len(owners) == 1
