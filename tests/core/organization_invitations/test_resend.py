"""Sending the link of an invitation again."""

import pytest

from charter.core.invitations.model import InvitationNotFound
from charter.core.organization_invitations import accepting, introducing, operations, resending
from charter.core.organization_invitations.model import (
    InvitationInvalid,
    InvitationNotPending,
    NewOrganizationInvitation,
)
from charter.core.organizations import operations as organizations
from charter.core.organizations.model import OrganizationInactive, OrganizationStatus
from charter.kernel.errors import NotFound, NotPermitted, RateLimited
from tests.core.organization_invitations.test_introduce import come, ticket_to
from tests.sent import sent
from tests.world import all_at_once, later

ADDRESS = "ben@example.com"


@pytest.fixture
async def acme(world):
    made = await world.organization(owner="ann")
    await world.member(made, "cid")
    await world.user("ben")
    return made


@pytest.fixture
async def made(world, acme):
    new = NewOrganizationInvitation(ADDRESS, "org:viewer", expires_in_days=2)
    return await world.call("ann", operations.create, organization_id=acme.id, invitation=new)


@pytest.fixture
def resend(world, acme, made):
    async def again(who="ann", **delta):
        return await world.call(
            who,
            resending.resend,
            platform=later(world.platform, **(delta or {"minutes": 2})),
            organization_id=acme.id,
            invitation_id=made.invitation.id,
        )

    return again


async def test_another_link_is_mailed_and_the_one_before_works_no_more(world, made, resend):
    after = await resend()
    assert after.expires_at == made.invitation.expires_at
    assert len(await sent(world, ADDRESS)) == 2
    with pytest.raises(InvitationInvalid):
        await world.call("ben", accepting.accept, token=made.secret)
    ticket, _status = await ticket_to(world, ADDRESS)
    done = await come(world, ticket, later(world.platform, minutes=3))
    assert done.user_id == world.people["ben"]
    (event,) = await world.events("organizationInvitation.resent")
    assert event["subject_id"] == made.invitation.id


@pytest.mark.security("M1")
async def test_within_a_minute_no_second_link_is_sent(world, resend):
    with pytest.raises(RateLimited) as refused:
        await resend(seconds=20)
    assert 1 <= refused.value.meta["retry_after_seconds"] <= 41
    assert await resend(minutes=2)
    with pytest.raises(RateLimited):
        await resend(minutes=2, seconds=50)
    assert await resend(minutes=4)


async def test_of_many_at_once_one_is_sent(world, resend):
    tried = await all_at_once(*(resend() for _ in range(5)))
    assert sum(isinstance(each, RateLimited) for each in tried) == 4
    assert len(await sent(world, ADDRESS)) == 2


async def test_only_an_open_invitation_is_sent_again(world, acme, made, resend):
    with pytest.raises(InvitationNotPending):
        await resend(days=3)
    await world.call("ben", accepting.accept, token=made.secret)
    with pytest.raises(InvitationNotPending):
        await resend()
    new = NewOrganizationInvitation("new@example.com", "org:viewer")
    other = await world.call("ann", operations.create, organization_id=acme.id, invitation=new)
    given = {"organization_id": acme.id, "invitation_id": other.invitation.id}
    await world.call("ann", operations.revoke, **given)
    with pytest.raises(InvitationNotPending):
        await world.call(
            "ann", resending.resend, platform=later(world.platform, minutes=2), **given
        )


async def test_accepted_and_sent_again_at_once_it_is_one_of_both(world, made, resend):
    tried = await all_at_once(resend(), world.call("ben", accepting.accept, token=made.secret))
    assert sum(isinstance(each, Exception) for each in tried) == 1


async def test_others_send_nothing(world, acme, made, resend, other_world):
    with pytest.raises(NotPermitted):
        await resend("cid")
    await world.user("eve")
    with pytest.raises(NotFound):
        await resend("eve")
    brick = await world.organization("Brick", owner="ann")
    with pytest.raises(InvitationNotFound):
        await world.call(
            "ann",
            resending.resend,
            organization_id=brick.id,
            invitation_id=made.invitation.id,
        )
    with pytest.raises(Exception, match="organization_not_found"):
        await other_world.call(
            None, resending.resend, organization_id=acme.id, invitation_id=made.invitation.id
        )
    status = OrganizationStatus.SUSPENDED
    await world.call(None, organizations.set_status, organization_id=acme.id, status=status)
    with pytest.raises(OrganizationInactive):
        await resend(None)
    assert len(await sent(world, ADDRESS)) == 1


async def test_the_open_invitation_of_a_person_is_found(world, acme, made):
    async def of(user_id, who="ann", **delta):
        return await world.call(
            who,
            resending.get_of_member_to_be,
            platform=later(world.platform, **delta),
            organization_id=acme.id,
            user_id=user_id,
        )

    assert (await of(world.people["ben"])).id == made.invitation.id
    new = NewOrganizationInvitation("ida@example.com", "org:viewer")
    introduced = await world.call(
        "ann", introducing.introduce, organization_id=acme.id, invitation=new
    )
    assert (await of(introduced.user.id)).id == introduced.invitation.id
    evil = await world.user("evil", email_addresses=[ADDRESS], leaves_addresses_unproven=True)
    for user_id in (evil.id, world.people["cid"], "user_x"):
        with pytest.raises(InvitationNotFound):
            await of(user_id)
    with pytest.raises(InvitationNotFound):
        await of(world.people["ben"], days=3)
    with pytest.raises(NotPermitted):
        await of(world.people["ben"], "cid")
