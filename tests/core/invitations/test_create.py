"""Inviting to sign up, at once and within one instance."""

import pytest

from charter.core.invitations import operations
from charter.core.invitations.model import (
    InvitationAlreadyAccepted,
    InvitationExists,
    InvitationNotFound,
    NewInvitation,
)
from charter.kernel.errors import InvalidInput, NotPermitted
from tests.world import all_at_once, later


@pytest.fixture
def invite(world):
    async def invited(address="new@example.com", platform=None, **fields):
        new = NewInvitation(email_address=address, **fields)
        return await world.call(None, operations.create, platform=platform, invitation=new)

    return invited


@pytest.mark.security("O3")
async def test_of_fifty_invitations_of_one_address_at_once_one_is_made(invite):
    results = await all_at_once(*(invite() for _ in range(50)))
    assert sum(not isinstance(result, Exception) for result in results) == 1
    assert sum(isinstance(result, InvitationExists) for result in results) == 49


async def test_an_expired_invitation_leaves_room_and_is_told_by_the_clock(world, invite):
    await invite(expires_in_days=1)
    tomorrow = later(world.platform, days=1, seconds=1)
    made = await invite(platform=tomorrow)
    statuses = (await world.get("/invitations", params={"status": "expired"})).json()
    assert statuses == []
    revoked = await world.call(
        None, operations.revoke, platform=tomorrow, invitation_id=made.invitation.id
    )
    assert revoked.status == "revoked"


async def test_an_accepted_invitation_is_not_revoked(world, invite):
    made = await invite()
    await world.sql("UPDATE invitations SET status = 'accepted' WHERE id = $1", made.invitation.id)
    with pytest.raises(InvitationAlreadyAccepted):
        await world.call(None, operations.revoke, invitation_id=made.invitation.id)


async def test_revoking_takes_the_grant_back(world, invite):
    made = await invite()
    await world.call(None, operations.revoke, invitation_id=made.invitation.id)
    rows = await world.sql(
        "SELECT revoked_at FROM grants WHERE subject_id = $1", made.invitation.id
    )
    assert rows[0]["revoked_at"] is not None
    assert len(await world.events("invitation.revoked")) == 1


async def test_another_instances_invitation_is_unknown(invite, other_world):
    made = await invite()
    with pytest.raises(InvitationNotFound):
        await other_world.call(None, operations.revoke, invitation_id=made.invitation.id)


async def test_one_to_ten_are_invited_in_one_call(world):
    for count in (0, 11):
        several = [NewInvitation(email_address=f"n{n}@example.com") for n in range(count)]
        with pytest.raises(InvalidInput):
            await world.call(None, operations.create_several, invitations=several)


async def test_people_do_not_invite_to_the_instance(world):
    await world.user("ann")
    with pytest.raises(NotPermitted):
        await world.call(
            "ann", operations.create, invitation=NewInvitation(email_address="new@example.com")
        )


async def test_the_link_is_nowhere_in_the_database(world, invite):
    made = await invite()
    carried = made.url.partition("__clerk_ticket=")[2].partition("&")[0]
    for table in ("grants", "invitations", "events", "messages", "jobs"):
        rows = await world.sql(f"SELECT t::text AS row FROM {table} t")
        assert not any(carried in row["row"] for row in rows)
    assert carried not in repr(made)
