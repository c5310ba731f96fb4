"""Sign-ups of those who were invited."""

from urllib.parse import parse_qs, urlsplit

import pytest

from charter.core.instances.settings import SignUpMode
from charter.core.invitations import operations as invitations
from charter.core.invitations.model import NewInvitation
from charter.core.memberships.model import MembershipLimitReached
from charter.core.memberships.queries import find_standing
from charter.core.organization_invitations import operations as organization_invitations
from charter.core.organization_invitations.model import NewOrganizationInvitation
from charter.core.sessions import operations as sessions
from charter.core.sign_in_tokens import operations as sign_in_tokens
from charter.core.sign_ups import operations as sign_ups
from charter.core.sign_ups.model import GivenFields, SignUpRestricted, SignUpStatus
from charter.core.tickets.model import (
    InvitationTicketRevoked,
    InvitationTicketUsed,
    InvitedAlreadyHere,
    InvitedElsewhere,
    TicketInvalid,
)
from charter.core.users import operations as users
from tests.elsewhere import RETURN_URL, STRATEGY, add, come_back
from tests.flows import Tab
from tests.world import all_at_once

ADDRESS = "guest@example.com"
PASSWORD = "correct horse battery staple"  # of a guest in a test


def ticket_in(url):
    return parse_qs(urlsplit(url).query)["__clerk_ticket"][0]


async def invited(world, address=ADDRESS, **options):
    new = NewInvitation(address, **options)
    made = await world.call(None, invitations.create, invitation=new)
    return made.invitation, ticket_in(made.url)


async def invited_to(world, organization, address=ADDRESS):
    made = await world.call(
        None,
        organization_invitations.create,
        organization_id=organization.id,
        invitation=NewOrganizationInvitation(
            address, "org:admin", public_metadata={"team": "blue"}
        ),
    )
    return made.invitation, ticket_in(made.url)


def coming(tab, ticket, **more):
    given = GivenFields(strategy="ticket", ticket=ticket, **{"password": PASSWORD, **more})
    return tab.call(sign_ups.create, given=given)


async def status_of(world, table, invitation):
    rows = await world.sql(f"SELECT status FROM {table} WHERE id = $1", invitation.id)
    return rows[0]["status"]


async def test_who_was_invited_signs_up_with_the_address_proven_and_what_the_app_noted(world):
    invitation, ticket = await invited(world, public_metadata={"plan": "gold"})
    done = (await coming(Tab(world), ticket)).view.sign_up
    user = await world.call(None, users.get, user_id=done.created_user_id)
    assert done.status is SignUpStatus.COMPLETE
    assert [(each.address, each.is_verified) for each in user.email_addresses] == [(ADDRESS, True)]
    assert user.public_metadata == {"plan": "gold"}
    assert await status_of(world, "invitations", invitation) == "accepted"
    assert len(await world.events("invitation.accepted")) == 1


async def test_the_invitation_stays_open_until_the_user_is_made(world):
    invitation, ticket = await invited(world)
    tab = Tab(world)
    begun = (await coming(tab, ticket, password=None)).view
    before = await status_of(world, "invitations", invitation)
    done = await tab.call(
        sign_ups.update, sign_up_id=begun.sign_up.id, given=GivenFields(password=PASSWORD)
    )
    assert begun.requirements.missing == ("password",)
    assert before == "pending"
    assert done.view.sign_up.status is SignUpStatus.COMPLETE
    assert await status_of(world, "invitations", invitation) == "accepted"


async def test_who_was_invited_to_an_organization_joins_it_in_the_same_step(world):
    acme = await world.organization(owner="ann")
    invitation, ticket = await invited_to(world, acme)
    done = (await coming(Tab(world), ticket)).view.sign_up
    db = world.platform.database.reading(world.instance_id)
    standing = await find_standing(db, acme.id, done.created_user_id)
    session = await world.call(None, sessions.get, session_id=done.created_session_id)
    assert standing.is_member
    assert session.last_active_organization_id == acme.id
    assert await status_of(world, "organization_invitations", invitation) == "accepted"


async def test_without_a_seat_no_user_is_made(world):
    acme = await world.organization(owner="ann", max_allowed_memberships=2)
    invitation, ticket = await invited_to(world, acme)
    await world.sql("UPDATE organizations SET max_allowed_memberships = 1 WHERE id = $1", acme.id)
    before = len(await world.events("user.created"))
    with pytest.raises(MembershipLimitReached):
        await coming(Tab(world), ticket)
    assert len(await world.events("user.created")) == before
    assert await status_of(world, "organization_invitations", invitation) == "pending"


@pytest.mark.security("G5", "O3")
async def test_of_many_who_come_by_one_invitation_at_once_one_does(world):
    _invitation, ticket = await invited(world)
    results = await all_at_once(*(coming(Tab(world), ticket) for _ in range(10)))
    done = [each for each in results if not isinstance(each, Exception)]
    assert len(done) == 1
    assert len(await world.events("user.created")) == 1


@pytest.mark.security("G5")
async def test_an_invitation_that_is_taken_back_meanwhile_makes_no_user(world):
    invitation, ticket = await invited(world)
    tab = Tab(world)
    begun = (await coming(tab, ticket, password=None)).view.sign_up
    await world.call(None, invitations.revoke, invitation_id=invitation.id)
    with pytest.raises(InvitationTicketRevoked):
        await tab.call(sign_ups.update, sign_up_id=begun.id, given=GivenFields(password=PASSWORD))
    with pytest.raises(InvitationTicketRevoked):
        await coming(Tab(world), ticket)


@pytest.mark.security("G5")
async def test_an_invitation_that_was_accepted_lets_nobody_else_in(world):
    _invitation, ticket = await invited(world)
    await coming(Tab(world), ticket)
    with pytest.raises(InvitationTicketUsed):
        await coming(Tab(world), ticket)


@pytest.mark.security("G5")
async def test_the_invited_address_cannot_be_exchanged_for_another(world):
    _invitation, ticket = await invited(world)
    tab = Tab(world)
    with pytest.raises(InvitedElsewhere):
        await coming(tab, ticket, email_address="other@example.com")
    begun = (await coming(tab, ticket, password=None, email_address=ADDRESS.upper())).view.sign_up
    for name in ("email_address", "email_address_or_phone_number"):
        with pytest.raises(InvitedElsewhere):
            await tab.call(
                sign_ups.update,
                sign_up_id=begun.id,
                given=GivenFields(**{name: "other@example.com"}),
            )


@pytest.mark.security("G5")
async def test_what_is_no_invitation_of_this_instance_is_refused(world, other_world):
    _invitation, ticket = await invited(world)
    user = await world.user("ann")
    token = await world.call(None, sign_in_tokens.create, user_id=user.id)
    head, body, signature = ticket.split(".")
    for forged in ("x", f"{head}.{body}.{signature[::-1]}", token.ticket):
        with pytest.raises(TicketInvalid):
            await coming(Tab(world), forged)
    with pytest.raises(TicketInvalid):
        await coming(Tab(other_world), ticket)


async def test_who_has_an_account_is_told_to_sign_in(world):
    _invitation, ticket = await invited(world)
    await world.user("guest")
    with pytest.raises(InvitedAlreadyHere):
        await coming(Tab(world), ticket)


@pytest.mark.parametrize("mode", [SignUpMode.RESTRICTED, SignUpMode.WAITLIST])
async def test_an_invitation_opens_an_instance_that_is_closed_to_others(world, mode):
    await world.configure(sign_up={"mode": mode.value})
    _invitation, ticket = await invited(world)
    done = (await coming(Tab(world), ticket)).view.sign_up
    assert done.status is SignUpStatus.COMPLETE


async def test_without_an_invitation_it_stays_closed(world):
    await world.configure(sign_up={"mode": "restricted"})
    with pytest.raises(SignUpRestricted):
        await Tab(world).call(
            sign_ups.create, given=GivenFields(email_address=ADDRESS, password=PASSWORD)
        )


@pytest.mark.security("G5")
@pytest.mark.parametrize("kind", ["application", "organization"])
async def test_the_invited_address_cannot_be_taken_back_to_make_room_for_another(world, kind):
    acme = await world.organization(owner="ann")
    made = await (invited(world) if kind == "application" else invited_to(world, acme))
    tab = Tab(world)
    begun = (await coming(tab, made[1], password=None, email_address="")).view.sign_up
    assert begun.email_address == ADDRESS
    for name in ("email_address", "email_address_or_phone_number"):
        for value in (None, ""):
            given = GivenFields(**{name: value})
            kept = await tab.call(sign_ups.update, sign_up_id=begun.id, given=given)
            assert kept.view.sign_up.email_address == ADDRESS


@pytest.mark.security("G5")
async def test_an_invitation_lets_nobody_in_by_another_address_that_came_to_stand_there(world):
    _invitation, ticket = await invited(world)
    tab = Tab(world)
    begun = (await coming(tab, ticket, password=None)).view.sign_up
    await world.sql("UPDATE sign_ups SET email_address = 'x@example.com' WHERE id = $1", begun.id)
    given = GivenFields(password=PASSWORD)
    with pytest.raises(InvitedElsewhere):
        await tab.call(sign_ups.update, sign_up_id=begun.id, given=given)


async def test_who_was_invited_signs_up_by_a_provider_past_the_allowlist(world, provider):
    await add(world, provider)
    await world.configure(restrictions={"has_allowlist": True})
    _invitation, ticket = await invited(world, address="ann@gmail.test")
    tab = Tab(world)
    begun = (await coming(tab, ticket, password=None)).view.sign_up
    given = GivenFields(strategy=STRATEGY, redirect_url=RETURN_URL)
    asked = await tab.call(sign_ups.update, sign_up_id=begun.id, given=given)
    await come_back(tab, provider, asked.view.sign_up.external_check)
    done = (await tab.call(sign_ups.get, sign_up_id=begun.id)).sign_up
    assert done.status is SignUpStatus.COMPLETE
