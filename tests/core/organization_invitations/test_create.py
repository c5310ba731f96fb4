"""Inviting to an organization."""

import pytest

from charter.core.memberships.model import AlreadyMember
from charter.core.organization_invitations import operations
from charter.core.organization_invitations.model import (
    InvitationPending,
    InviterNotMember,
    InviterNotPermitted,
    NewOrganizationInvitation,
)
from charter.core.organizations import operations as organizations
from charter.core.organizations.model import OrganizationNotFound, OrganizationPatch
from charter.core.roles.model import RoleAboveOwn, RoleNotFound
from charter.kernel.actor import Actor, ActorKind
from charter.kernel.errors import NotFound, NotPermitted
from tests.world import all_at_once, later

ROLES = ("org:admin", "org:manager", "org:member", "org:viewer")


@pytest.fixture
async def acme(world):
    made = await world.organization(owner="ann")
    await world.user("ben")
    await world.member(made, "ben", "org:manager")
    await world.user("cid")
    await world.member(made, "cid", "org:member")
    return made


@pytest.fixture
def invite(world, acme):
    async def invited(address="new@example.com", who="ann", platform=None, **fields):
        role = fields.pop("role", "org:member")
        new = NewOrganizationInvitation(email_address=address, role=role, **fields)
        return await world.call(
            who, operations.create, platform=platform, organization_id=acme.id, invitation=new
        )

    return invited


async def test_a_second_invitation_of_an_address_is_refused_also_at_once(invite):
    results = await all_at_once(*(invite("new@example.com") for _ in range(10)))
    assert sum(not isinstance(result, Exception) for result in results) == 1
    assert sum(isinstance(result, InvitationPending) for result in results) == 9


async def test_an_expired_invitation_gives_its_place_to_the_next(world, acme, invite):
    first = await invite(expires_in_days=1)
    second = await invite(platform=later(world.platform, days=2))
    assert second.invitation.id != first.invitation.id
    old = await world.call(
        None, operations.get, organization_id=acme.id, invitation_id=first.invitation.id
    )
    assert old.status == "expired"


async def test_a_member_is_not_invited(invite):
    with pytest.raises(AlreadyMember):
        await invite("Cid@Example.COM")


@pytest.mark.security("G6")
async def test_nobody_invites_above_their_own_role(acme, invite):
    for role in ROLES:
        await invite(f"{role[4:]}@example.com", role=role)
    with pytest.raises(RoleAboveOwn):
        await invite(who="ben", role="org:admin")
    await invite(who="ben", role="org:manager")
    with pytest.raises(NotPermitted):
        await invite("more@example.com", who="cid", role="org:viewer")


@pytest.mark.security("G6")
@pytest.mark.security("I3")
async def test_a_token_invites_no_further_than_it_reaches(world, acme, invite):
    held = frozenset(
        {"org:sys_memberships:manage", "org:sys_memberships:read", "org:sys_files:manage"}
    )
    token = Actor(
        ActorKind.ORGANIZATION_TOKEN,
        world.instance_id,
        "otk_test",
        organization_id=acme.id,
        permissions=held,
    )
    await invite(who=token, role="org:member")
    for role in ("org:manager", "org:admin"):
        with pytest.raises(RoleAboveOwn):
            await invite(f"{role[4:]}@example.com", who=token, role=role)


async def test_the_inviter_manages_members_and_reaches_the_role(world, acme, invite):
    await world.user("eve")
    people = world.people
    with pytest.raises(InviterNotMember):
        await invite(who=None, inviter_user_id=people["eve"])
    with pytest.raises(InviterNotPermitted):
        await invite(who=None, inviter_user_id=people["cid"])
    with pytest.raises(RoleAboveOwn):
        await invite(who=None, inviter_user_id=people["ben"], role="org:admin")
    made = await invite(who=None, inviter_user_id=people["ben"])
    assert made.invitation.inviter.user_id == people["ben"]


async def test_the_role_is_one_of_the_organizations(invite):
    with pytest.raises(RoleNotFound):
        await invite(role="org:nothing")


async def test_the_limit_holds_for_invitations_at_once(world, acme, invite):
    patch = OrganizationPatch(max_allowed_memberships=5)
    await world.call(None, organizations.update, organization_id=acme.id, patch=patch)
    results = await all_at_once(*(invite(f"new{n}@example.com") for n in range(10)))
    assert sum(not isinstance(result, Exception) for result in results) == 2


async def test_strangers_do_not_learn_of_the_organization(world, acme, invite, other_world):
    await world.user("eve")
    with pytest.raises(NotFound):
        await invite(who="eve")
    new = NewOrganizationInvitation(email_address="new@example.com", role="org:member")
    with pytest.raises(OrganizationNotFound):
        await other_world.call(None, operations.create, organization_id=acme.id, invitation=new)
