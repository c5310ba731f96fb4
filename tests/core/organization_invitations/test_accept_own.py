"""Accepting an invitation by the proof of its address alone."""

import pytest

from charter.core.invitations.model import InvitationNotFound
from charter.core.organization_invitations import accepting, operations
from charter.core.organization_invitations.model import (
    InvitationExpired,
    InvitationInvalid,
    InvitationUsed,
    NewOrganizationInvitation,
)
from charter.core.organizations import operations as organizations
from charter.core.organizations.model import (
    OrganizationInactive,
    OrganizationsNotEnabled,
    OrganizationStatus,
)
from charter.kernel.errors import Unauthenticated
from charter.kernel.lists import Search
from tests.waiting import after_open
from tests.world import all_at_once, later

LOCK = "SELECT id FROM organizations WHERE id = $1 FOR UPDATE"


@pytest.fixture
async def acme(world):
    await world.user("ben")
    return await world.organization(owner="ann")


@pytest.fixture
async def made(world, acme):
    new = NewOrganizationInvitation("ben@example.com", "org:viewer")
    return await world.call("ann", operations.create, organization_id=acme.id, invitation=new)


@pytest.fixture
def accept(world, made):
    async def accepted(who="ben", platform=None, invitation_id=made.invitation.id):
        return await world.call(
            who, accepting.accept_own, platform=platform, invitation_id=invitation_id
        )

    return accepted


async def own(world, who):
    found = await world.call(who, operations.search_of_user, user_id=who, search=Search())
    return found.items


async def test_the_invited_person_joins_and_the_secret_works_no_more(world, acme, made, accept):
    done = await accept()
    assert done.status == "accepted"
    assert (await world.call("ben", organizations.get, organization_id=acme.id)).id == acme.id
    with pytest.raises(InvitationInvalid):
        await world.call("ben", accepting.accept, token=made.secret)
    with pytest.raises(InvitationUsed):
        await accept()


@pytest.mark.security("G5")
async def test_of_many_who_accept_at_once_one_does(accept):
    results = await all_at_once(*(accept() for _ in range(6)))
    assert sum(isinstance(result, InvitationUsed) for result in results) == 5


@pytest.mark.security("G5")
async def test_somebody_elses_invitation_is_not_found(world, accept):
    await world.user("eve")
    for wrong in ({"who": "eve"}, {"invitation_id": "orginv_x"}):
        with pytest.raises(InvitationNotFound):
            await accept(**wrong)
    with pytest.raises(Unauthenticated):
        await accept(who=None)


@pytest.mark.security("G5")
async def test_an_address_that_was_not_proven_does_not_count(world, acme, accept):
    await world.sql(
        "UPDATE email_addresses SET verification_status = NULL, verification_strategy = NULL"
        " WHERE instance_id = $1 AND address_key = 'ben@example.com'",
        world.instance_id,
    )
    assert await own(world, "ben") == ()
    with pytest.raises(InvitationNotFound):
        await accept()


@pytest.mark.security("G5")
async def test_what_was_revoked_is_not_found_and_what_expired_says_so(world, acme, made, accept):
    with pytest.raises(InvitationExpired):
        await accept(platform=later(world.platform, days=31))
    here = {"organization_id": acme.id, "invitation_id": made.invitation.id}
    await world.call("ann", operations.revoke, **here)
    with pytest.raises(InvitationNotFound):
        await accept()


async def test_a_suspended_organization_takes_nobody_and_is_not_listed(world, acme, accept):
    assert len(await own(world, "ben")) == 1
    suspended = OrganizationStatus.SUSPENDED
    await world.call(None, organizations.set_status, organization_id=acme.id, status=suspended)
    assert await own(world, "ben") == ()
    with pytest.raises(OrganizationInactive):
        await accept()


async def test_nobody_joins_where_there_are_no_organizations(world, accept):
    await world.configure(organizations={"are_enabled": False})
    with pytest.raises(OrganizationsNotEnabled):
        await accept()


async def test_several_addresses_are_asked_alike_in_the_name_of_who_acts(world, acme):
    addresses = ["cid@example.com", "dan@example.com", " cid@example.com"]
    asked = await world.call(
        "ann",
        operations.create_alike,
        organization_id=acme.id,
        email_addresses=addresses,
        role="org:member",
    )
    assert [each.invitation.email_address for each in asked] == addresses[:2]
    assert {each.invitation.inviter_id for each in asked} == {world.people["ann"]}


@pytest.mark.security("G5")
@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ("status = 'revoked'", InvitationNotFound),
        ("status = 'accepted', accepted_at = now()", InvitationUsed),
    ],
)
async def test_what_became_of_it_meanwhile_is_told(world, made, accept, changes, refusal):
    change = f"UPDATE organization_invitations SET {changes} WHERE id = $1"
    organization_id = made.invitation.organization_id
    with pytest.raises(refusal):
        await after_open(world, accept(), (LOCK, organization_id), (change, made.invitation.id))
