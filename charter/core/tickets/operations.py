"""What can be done with a ticket by following the link that carries it."""

from dataclasses import dataclass

from charter.core.clients.browsers import find_own
from charter.core.email_addresses.model import EmailAddressTaken
from charter.core.email_addresses.normal_form import address_key
from charter.core.grants.links import TicketStatus, ticket_link
from charter.core.grants.model import Purpose
from charter.core.instances.origins import app_url
from charter.core.invitations import queries as invitation_queries
from charter.core.keys.lookup import instance_of
from charter.core.memberships.joining import JOINING, lock_open_organization
from charter.core.memberships.model import AlreadyMember
from charter.core.organization_invitations import queries as organization_queries
from charter.core.organization_invitations.accepting import joined_by_link
from charter.core.organization_invitations.model import InvitationUsed, OrganizationInvitation
from charter.core.sessions import queries as session_queries
from charter.core.tickets import reading
from charter.core.tickets.model import (
    TICKET_ERRORS,
    InvitationTicketUsed,
    Ticket,
    TicketInvalid,
)
from charter.core.vocabulary import Permission
from charter.kernel.operation import Context, operation


@dataclass(frozen=True, slots=True)
class Following:
    """Where a link leads on to."""

    location: str


@operation(
    "tickets.accept", permission=Permission.PUBLIC, raises=(*TICKET_ERRORS, *JOINING, AlreadyMember)
)
async def accept(ctx: Context, ticket: str) -> Following:
    """Lead a browser on to where its ticket is used.

    The app's page is told whether to sign in or up with it; nothing of it is spent. Only who is
    signed in here with the very address that an organization invited joins it at once.
    Returns: the page, with the ticket and what to do with it.
    Raises: TicketInvalid; TicketExpired; what using it would raise.
    Announces: MembershipCreated, OrganizationInvitationAccepted, for who joins at once.
    Source: Clerk FAPI 2026-05-12, acceptTicket.
    """
    await ctx.allow()
    own = app_url(await instance_of(ctx), ctx.platform.addresses)
    read = await reading.read(ctx, ticket)
    db = ctx.platform.database.reading(ctx.actor.instance_id)
    subject_id = read.grant.subject_id
    target, status = None, TicketStatus.SIGN_IN
    if read.purpose is Purpose.INVITATION:
        invitation = await invitation_queries.get_invitation(db, subject_id, ctx.now)
        key, target = address_key(invitation.email_address), invitation.redirect_url
        if await organization_queries.find_holder(db, key) is None:
            status = TicketStatus.SIGN_UP
    elif read.purpose is Purpose.ORGANIZATION_INVITATION:
        found = await organization_queries.find_invitation(db, subject_id, ctx.now)
        if found is None:
            raise TicketInvalid
        target, status = found.redirect_url, await _status(ctx, read, found)
    return Following(ticket_link(ctx, ticket, target, status, app_url=own))


async def _status(ctx: Context, ticket: Ticket, invitation: OrganizationInvitation) -> TicketStatus:
    """What the invited person has to do; who is signed in here has joined."""
    db = ctx.platform.database.reading(ctx.actor.instance_id)
    holder = await organization_queries.find_invited(db, invitation)
    if holder is None:
        return TicketStatus.SIGN_UP
    client = await find_own(ctx)
    alive = () if client is None else await session_queries.find_alive(db, client.id, ctx.now)
    if all(session.user_id != holder for session in alive):
        return TicketStatus.SIGN_IN
    organization = await lock_open_organization(ctx, invitation.organization_id)
    await reading.spend(ctx, ticket.purpose, ticket.grant.id)
    try:
        await joined_by_link(ctx, invitation, organization, holder)
    except InvitationUsed as used:
        raise InvitationTicketUsed from used
    except EmailAddressTaken as taken:
        raise TicketInvalid from taken
    return TicketStatus.COMPLETE
