"""Tickets as a first factor."""

from urllib.parse import parse_qs, urlsplit

import pytest

from charter.core.invitations import operations as invitations
from charter.core.invitations.model import NewInvitation
from charter.core.memberships.queries import find_standing
from charter.core.organization_invitations import operations as organization_invitations
from charter.core.organization_invitations.model import NewOrganizationInvitation
from charter.core.sessions import operations as sessions
from charter.core.sessions.model import UserBanned
from charter.core.sign_in_tokens import operations as sign_in_tokens
from charter.core.sign_ins import operations as sign_ins
from charter.core.sign_ins.model import NewSignIn, SignInStatus
from charter.core.tickets.model import (
    InvitationTicketRevoked,
    InvitationTicketUsed,
    NobodyInvited,
    SignInTokenUsed,
    SignInTokenWithdrawn,
    TicketExpired,
    TicketInvalid,
)
from charter.core.users import restrictions
from charter.kernel.errors import MissingInput
from tests.flows import Tab
from tests.waiting import after_open
from tests.world import all_at_once, later


async def token_for(world, name, **options):
    user = await world.user(name)
    return await world.call(None, sign_in_tokens.create, user_id=user.id, **options)


def using(tab, ticket, **more):
    return tab.call(sign_ins.create, new=NewSignIn(strategy="ticket", ticket=ticket, **more))


def ticket_in(url):
    return parse_qs(urlsplit(url).query)["__clerk_ticket"][0]


async def invited(world, organization, address, **options):
    new = NewOrganizationInvitation(address, "org:member", **options)
    return await world.call(
        None,
        organization_invitations.create,
        organization_id=organization.id,
        invitation=new,
    )


async def test_a_ticket_of_the_apps_server_signs_its_user_in(world):
    made = await token_for(world, "ann")
    done = (await using(Tab(world), made.ticket)).view.sign_in
    session = await world.call(None, sessions.get, session_id=done.created_session_id)
    assert (done.status, done.first_check.strategy) == (SignInStatus.COMPLETE, "ticket")
    assert session.user_id == world.people["ann"]


async def test_the_session_begins_in_the_organization_that_the_ticket_names(world):
    acme = await world.organization(owner="ann")
    made = await token_for(world, "ann", organization_id=acme.id)
    done = (await using(Tab(world), made.ticket)).view.sign_in
    session = await world.call(None, sessions.get, session_id=done.created_session_id)
    assert session.last_active_organization_id == acme.id


async def test_a_sign_in_waits_for_a_ban_that_is_under_way(world):
    made = await token_for(world, "ann")
    ban = "UPDATE users SET is_banned = true WHERE instance_id = $1 AND id = $2"
    with pytest.raises(UserBanned):
        await after_open(
            world,
            using(Tab(world), made.ticket),
            (ban, world.instance_id, world.people["ann"]),
        )
    assert not await world.sql("SELECT 1 FROM sessions WHERE instance_id = $1", world.instance_id)


@pytest.mark.security("O3")
async def test_of_many_uses_at_once_one_signs_in(world):
    made = await token_for(world, "ann")
    results = await all_at_once(*(using(Tab(world), made.ticket) for _ in range(20)))
    used = [each for each in results if isinstance(each, SignInTokenUsed)]
    assert len(used) == 19
    assert (
        len(await world.sql("SELECT 1 FROM sessions WHERE instance_id = $1", world.instance_id))
        == 1
    )


async def test_a_ticket_is_used_once(world):
    made = await token_for(world, "ann")
    await using(Tab(world), made.ticket)
    with pytest.raises(SignInTokenUsed):
        await using(Tab(world), made.ticket)


async def test_a_ticket_that_was_taken_back_signs_nobody_in(world):
    made = await token_for(world, "ann")
    await world.call(None, sign_in_tokens.revoke, sign_in_token_id=made.sign_in_token.id)
    with pytest.raises(SignInTokenWithdrawn):
        await using(Tab(world), made.ticket)


async def test_a_ticket_ends_with_its_time(world):
    made = await token_for(world, "ann", expires_in_seconds=60)
    tab = Tab(world)
    with pytest.raises(TicketExpired):
        await world.call(
            tab.actor,
            sign_ins.create,
            platform=later(world.platform, minutes=2),
            new=NewSignIn(strategy="ticket", ticket=made.ticket),
        )


async def test_what_is_no_ticket_of_ours_is_refused(world, other_world):
    made = await token_for(world, "ann")
    head, body, signature = made.ticket.split(".")
    for forged in (
        "x",
        "a.b.c",
        f"{head}.{body}.{signature[:-4]}AAAA",
        f"{head}.{body[:-2]}.{signature}",
    ):
        with pytest.raises(TicketInvalid):
            await using(Tab(world), forged)
    with pytest.raises(TicketInvalid):
        await using(Tab(other_world), made.ticket)
    with pytest.raises(MissingInput):
        await using(Tab(world), None)


async def test_a_ticket_lets_nobody_in_who_named_another(world):
    made = await token_for(world, "ann")
    await world.user("ben")
    with pytest.raises(TicketInvalid):
        await using(Tab(world), made.ticket, identifier="ben@example.com")
    assert (await using(Tab(world), made.ticket)).view.sign_in.status is SignInStatus.COMPLETE


async def test_a_banned_user_is_not_let_in_and_the_ticket_is_not_spent(world):
    made = await token_for(world, "ann")
    await world.call(None, restrictions.ban, user_id="ann")
    with pytest.raises(UserBanned):
        await using(Tab(world), made.ticket)
    await world.call(None, restrictions.unban, user_id="ann")
    assert (await using(Tab(world), made.ticket)).view.sign_in.status is SignInStatus.COMPLETE


async def test_an_invited_user_joins_by_the_ticket_that_signs_them_in(world):
    acme = await world.organization(owner="ann")
    await world.user("ben")
    made = await invited(world, acme, "BEN@example.com")
    done = (await using(Tab(world), ticket_in(made.url))).view.sign_in
    session = await world.call(None, sessions.get, session_id=done.created_session_id)
    standing = await find_standing(
        world.platform.database.reading(world.instance_id), acme.id, world.people["ben"]
    )
    assert standing.is_member
    assert session.last_active_organization_id == acme.id
    assert len(await world.events("organizationInvitation.accepted")) == 1


@pytest.mark.security("G5")
async def test_an_invitation_is_used_once_and_not_after_it_was_taken_back(world):
    acme = await world.organization(owner="ann")
    await world.user("ben")
    await world.user("cid")
    first = await invited(world, acme, "ben@example.com")
    results = await all_at_once(*(using(Tab(world), ticket_in(first.url)) for _ in range(5)))
    assert sum(isinstance(each, InvitationTicketUsed) for each in results) == 4
    second = await invited(world, acme, "cid@example.com")
    await world.call(
        None,
        organization_invitations.revoke,
        organization_id=acme.id,
        invitation_id=second.invitation.id,
    )
    with pytest.raises(InvitationTicketRevoked):
        await using(Tab(world), ticket_in(second.url))


@pytest.mark.security("G5")
async def test_whose_address_is_not_proven_is_not_let_in_by_an_invitation_to_it(world):
    acme = await world.organization(owner="ann")
    made = await invited(world, acme, "ben@example.com")
    with pytest.raises(NobodyInvited):
        await using(Tab(world), ticket_in(made.url))


async def test_an_invitation_to_the_app_signs_in_whoever_is_there_already(world):
    await world.user("ann")
    new = NewInvitation("ann@example.com", ignore_existing=True)
    made = await world.call(None, invitations.create, invitation=new)
    done = (await using(Tab(world), ticket_in(made.url))).view.sign_in
    assert (done.status, done.user_id) == (SignInStatus.COMPLETE, world.people["ann"])
    assert len(await world.events("invitation.accepted")) == 1
