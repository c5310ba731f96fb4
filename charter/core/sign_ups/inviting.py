"""Sign-ups by a ticket: the invited address comes proven, and the invitation ends with it.

A ticket is read when it is given, and spent in the transaction that makes the user: an invitation
that was taken back or accepted meanwhile makes none.
"""

from dataclasses import dataclass, replace
from typing import Any

from charter.core.checks.model import Check, CheckStatus
from charter.core.email_addresses.normal_form import address_key
from charter.core.grants.model import Purpose
from charter.core.invitations import queries as invitation_queries
from charter.core.invitations.model import InvitationAccepted, InvitationNotFound
from charter.core.memberships.joining import JOINING, lock_open_organization
from charter.core.organization_invitations import queries as organization_queries
from charter.core.organization_invitations.accepting import joined
from charter.core.organization_invitations.model import InvitationUsed, OrganizationInvitation
from charter.core.organizations.model import Organization
from charter.core.sign_ups.model import GivenFields, SignUp
from charter.core.tickets import reading
from charter.core.tickets.model import (
    STRATEGY,
    TICKET_ERRORS,
    ActorTokenForSignIn,
    AgentTaskForSignIn,
    InvitationTicketUsed,
    InvitedAlreadyHere,
    InvitedElsewhere,
    TicketInvalid,
)
from charter.core.users.model import User
from charter.kernel.operation import Context
from charter.kernel.patch import UNSET

INVITING_ERRORS = (*TICKET_ERRORS, *JOINING)
"""What a sign-up by a ticket may raise."""


@dataclass(frozen=True, slots=True)
class Joining:
    """The organization that a new user joins, locked, and by which invitation."""

    organization: Organization
    invitation: OrganizationInvitation


def has_ticket(given: GivenFields) -> bool:
    """Whether a ticket is shown: who was invited may sign up whatever the mode."""
    return given.strategy == STRATEGY or (isinstance(given.ticket, str) and bool(given.ticket))


async def invited(ctx: Context, sign_up: SignUp, given: GivenFields) -> tuple[SignUp, GivenFields]:
    """The sign-up with what its ticket says, and the fields that remain to be filled in.

    Called before any statement.
    Raises: INVITING_ERRORS.
    """
    if has_ticket(given):
        sign_up = await _with_ticket(ctx, sign_up, given)
    if sign_up.ticket is None or sign_up.email_address is None:
        return sign_up, given
    if not given.email_address:
        # Taken back, it would make room for another address.
        given = replace(given, email_address=UNSET)
    for name in ("email_address", "email_address_or_phone_number"):
        value = getattr(given, name)
        if isinstance(value, str) and "@" in value:
            _check_address(sign_up, value)
            given = replace(given, **{name: UNSET})
    return sign_up, given


async def _with_ticket(ctx: Context, sign_up: SignUp, given: GivenFields) -> SignUp:
    ticket = await reading.read(ctx, given.ticket if isinstance(given.ticket, str) else None)
    reading_db = ctx.platform.database.reading(ctx.actor.instance_id)
    invitation_id = ticket.grant.subject_id
    metadata: dict[str, Any] = {}
    if ticket.purpose is Purpose.INVITATION:
        invitation = await invitation_queries.get_invitation(reading_db, invitation_id, ctx.now)
        address, metadata = invitation.email_address, invitation.public_metadata
        holder = await organization_queries.find_holder(reading_db, address_key(address))
    elif ticket.purpose is Purpose.ORGANIZATION_INVITATION:
        found = await organization_queries.find_invitation(reading_db, invitation_id, ctx.now)
        if found is None:
            raise TicketInvalid
        address = found.email_address
        holder = await organization_queries.find_invited(reading_db, found)
    elif ticket.purpose is Purpose.ACTOR_TOKEN:
        raise ActorTokenForSignIn
    elif ticket.purpose is Purpose.AGENT_TASK:
        raise AgentTaskForSignIn
    else:
        raise TicketInvalid
    if holder is not None:
        raise InvitedAlreadyHere
    return replace(
        sign_up,
        email_address=address,
        email_check=Check(STRATEGY, CheckStatus.VERIFIED),
        public_metadata=metadata,
        ticket={
            "purpose": ticket.purpose.value,
            "grant_id": ticket.grant.id,
            "invitation_id": invitation_id,
        },
    )


def _check_address(sign_up: SignUp, address: str) -> None:
    """Refuse another address than the one that was invited. Raises: InvitedElsewhere."""
    own = sign_up.email_address
    if own is None or address_key(own) != address_key(address):
        raise InvitedElsewhere


async def begin_joining(ctx: Context, sign_up: SignUp) -> Joining | None:
    """Lock the organization that invited, before the user is made; None where none did.

    Raises: TicketInvalid; what JOINING names.
    """
    ticket = sign_up.ticket
    if ticket is None or ticket["purpose"] != Purpose.ORGANIZATION_INVITATION.value:
        return None
    found = await organization_queries.find_invitation(ctx.db, ticket["invitation_id"], ctx.now)
    if found is None:
        raise TicketInvalid
    _check_address(sign_up, found.email_address)
    return Joining(await lock_open_organization(ctx, found.organization_id), found)


async def come(ctx: Context, sign_up: SignUp, user: User, joining: Joining | None) -> str | None:
    """Spend the ticket of a sign-up for the user just made.

    Returns: the organization that they joined by it.
    Raises: INVITING_ERRORS.
    Announces: InvitationAccepted; or MembershipCreated and OrganizationInvitationAccepted.
    """
    if sign_up.ticket is None:
        return None
    purpose = Purpose(sign_up.ticket["purpose"])
    await reading.spend(ctx, purpose, sign_up.ticket["grant_id"])
    if joining is not None:
        try:
            await joined(ctx, joining.invitation, joining.organization, user.id)
        except InvitationUsed as used:
            raise InvitationTicketUsed from used
        return joining.organization.id
    invitation_id = sign_up.ticket["invitation_id"]
    try:
        before = await invitation_queries.get_invitation(ctx.db, invitation_id, ctx.now)
    except InvitationNotFound as missing:
        raise TicketInvalid from missing
    _check_address(sign_up, before.email_address)
    accepted = await invitation_queries.accept_invitation(ctx.db, invitation_id, ctx.now)
    if accepted is None:
        raise InvitationTicketUsed
    ctx.announce(InvitationAccepted(accepted, before=before))
    return None
