"""Makes invitations to an organization; shared by the operations that make one and several."""

from dataclasses import dataclass
from typing import Any

from charter.core.email_addresses.model import EmailAddressInvalid
from charter.core.email_addresses.normal_form import address_key
from charter.core.grants import granting
from charter.core.grants.links import TicketStatus, checked_redirect_url, ticket_link
from charter.core.grants.model import Purpose
from charter.core.grants.tickets import TicketSigner
from charter.core.instances.settings import InstanceSettings
from charter.core.invitations.model import InvitationStatus
from charter.core.invitations.terms import expiry
from charter.core.keys.model import NoActiveSigningKey
from charter.core.memberships.joining import JOINING, check_seat, role_by_key
from charter.core.memberships.model import AlreadyMember, MemberStanding
from charter.core.memberships.queries import find_standing
from charter.core.memberships.rank import check_rank
from charter.core.messages.queueing import queue
from charter.core.organization_invitations import queries
from charter.core.organization_invitations.model import (
    InvitationPending,
    InviterNotMember,
    InviterNotPermitted,
    NewOrganizationInvitation,
    OrganizationInvitationCreated,
    OrganizationInvitationMade,
    OrganizationInvitationRow,
)
from charter.core.organizations.making import checked_metadata
from charter.core.organizations.model import Organization
from charter.core.roles.model import RoleAboveOwn, RoleNotFound
from charter.core.vocabulary import Permission
from charter.kernel.operation import Context

INVITING_ERRORS = (
    *JOINING,
    AlreadyMember,
    EmailAddressInvalid,
    InvitationPending,
    InviterNotMember,
    InviterNotPermitted,
    NoActiveSigningKey,
    RoleAboveOwn,
    RoleNotFound,
)
"""What inviting to an organization may raise, beyond the errors of any input."""


@dataclass(frozen=True, slots=True)
class Checked:
    """An invitation whose inputs hold, before anything is looked up."""

    new: NewOrganizationInvitation
    address_key: str
    redirect_url: str | None
    public_metadata: dict[str, Any]
    private_metadata: dict[str, Any]


def checked(new: NewOrganizationInvitation, settings: InstanceSettings) -> Checked:
    """Check what needs no look-up. Raises: EmailAddressInvalid, InvalidInput, TooLarge."""
    return Checked(
        new=new,
        address_key=address_key(new.email_address),
        redirect_url=checked_redirect_url(new.redirect_url),
        public_metadata=checked_metadata("public_metadata", new.public_metadata or {}, settings),
        private_metadata=checked_metadata("private_metadata", new.private_metadata or {}, settings),
    )


async def manager(ctx: Context, organization_id: str, user_id: str) -> MemberStanding:
    """The standing of a user in whose name members are managed.

    Raises: InviterNotMember, InviterNotPermitted.
    """
    standing = await find_standing(ctx.db, organization_id, user_id)
    if not standing.is_member:
        raise InviterNotMember
    if Permission.MEMBERS_MANAGE.key not in standing.permissions:
        raise InviterNotPermitted
    return standing


async def invite(
    ctx: Context,
    signer: TicketSigner,
    organization: Organization,
    ready: Checked,
    standing: Any,
) -> OrganizationInvitationMade:
    """Write an invitation to a locked organization down, and send it.

    standing: what the caller is measured by.
    Raises: INVITING_ERRORS.
    Announces: OrganizationInvitationCreated.
    """
    row = await _row(ctx, organization, ready, standing)
    if await queries.is_member_address(ctx.db, organization.id, row.address_key):
        raise AlreadyMember("email_address")
    await queries.expire_invitation(ctx.db, organization.id, row.address_key, ctx.now)
    await check_seat(ctx, organization)
    await ctx.db.insert(queries.INSERT, row)
    purpose = Purpose.ORGANIZATION_INVITATION
    issued = await granting.issue(ctx, purpose, row.id, expires_at=row.expires_at)
    holder = await queries.find_holder(ctx.db, row.address_key)
    status = TicketStatus.SIGN_UP if holder is None else TicketStatus.SIGN_IN
    carried = signer.ticket(purpose, issued, row.expires_at)
    url = ticket_link(ctx, carried, row.redirect_url, status, app_url=signer.app_url)
    invitation = await queries.get_invitation(ctx.db, organization.id, row.id, ctx.now)
    if ready.new.notify is not False:
        inviter = invitation.inviter
        await queue(
            ctx,
            "organization_invitation",
            row.email_address,
            action_url=url,
            organization_name=organization.name,
            role_name=invitation.role_name,
            expires_at=row.expires_at,
            inviter_name=None if inviter is None else inviter.name,
            invitation_metadata=row.public_metadata,
        )
    ctx.announce(OrganizationInvitationCreated(invitation))
    return OrganizationInvitationMade(invitation, issued.secret, url)


async def _row(
    ctx: Context,
    organization: Organization,
    ready: Checked,
    standing: Any,
) -> OrganizationInvitationRow:
    """The row of an invitation, once the role is within reach of caller and inviter."""
    new = ready.new
    role = await role_by_key(ctx, organization, new.role)
    check_rank(standing, role.is_creator_role, role.permissions)
    if new.inviter_user_id is not None and new.inviter_user_id != ctx.actor.user_id:
        inviter = await manager(ctx, organization.id, new.inviter_user_id)
        check_rank(inviter, role.is_creator_role, role.permissions)
    return OrganizationInvitationRow(
        id=ctx.new_id("orginv_"),
        organization_id=organization.id,
        email_address=new.email_address.strip(),
        address_key=ready.address_key,
        role_id=role.id,
        inviter_id=new.inviter_user_id,
        status=InvitationStatus.PENDING,
        redirect_url=ready.redirect_url,
        public_metadata=ready.public_metadata,
        private_metadata=ready.private_metadata,
        expires_at=expiry(ctx.now, new.expires_in_days),
        accepted_at=None,
        accepted_by=None,
        domain_id=None,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
