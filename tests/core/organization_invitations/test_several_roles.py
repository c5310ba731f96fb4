"""Invitations that carry several roles."""

import pytest

from charter.core.organization_invitations import accepting
from charter.core.organization_invitations import operations as organization_invitations
from charter.core.organization_invitations.model import NewOrganizationInvitation
from charter.core.roles.model import RoleAboveOwn, RoleNotFound


async def invited(world, who=None, role="org:member", further=("org:viewer",)):
    acme = await world.organization(owner="ann")
    if who is not None:
        await world.member(acme, who, "org:manager")
    new = NewOrganizationInvitation("ben@example.com", role, notify=False, further_roles=further)
    return await world.call(
        who, organization_invitations.create, organization_id=acme.id, invitation=new
    )


async def test_whoever_accepts_holds_all_the_roles(world):
    made = await invited(world)
    await world.user("ben")
    member = await world.call("ben", accepting.accept, token=made.secret)
    assert (member.role_key, member.further_role_keys) == ("org:member", ("org:viewer",))


async def test_every_role_has_to_exist_and_be_within_reach(world):
    with pytest.raises(RoleNotFound):
        await invited(world, further=("org:nothing",))
    with pytest.raises(RoleAboveOwn):
        await invited(world, who="max", further=("org:admin",))
