"""Makes invitations to an organization; shared by the operations that make one and several."""

from dataclasses import dataclass, replace
from typing import Any

from charter.core.email_addresses.model import EmailAddressInvalid
from charter.core.email_addresses.normal_form import address_key
from charter.core.grants import granting
from charter.core.grants.links import TicketStatus, checked_redirect_url, ticket_link
from charter.core.grants.model import Purpose
from charter.core.grants.tickets import TicketSigner, signer
from charter.core.instances.settings import InstanceSettings
from charter.core.invitations.model import InvitationStatus
from charter.core.invitations.terms import expiry
from charter.core.keys.lookup import instance_of
from charter.core.keys.model import NoActiveSigningKey
from charter.core.memberships.joining import JOINING, check_seat, roles_by_keys
from charter.core.memberships.model import AlreadyMember, MemberStanding
from charter.core.memberships.queries import find_standing
from charter.core.memberships.rank import check_ranks
from charter.core.messages.queueing import queue
from charter.core.organization_invitations import queries
from charter.core.organization_invitations.model import (
    InvitationPending,
    InviterNotMember,
    InviterNotPermitted,
    NewOrganizationInvitation,
    OrganizationInvitation,
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


async def prepare(ctx: Context) -> tuple[TicketSigner, InstanceSettings]:
    """What inviting needs, asked for before the first statement. Raises: NoActiveSigningKey."""
    instance = await instance_of(ctx)
    return await signer(ctx), instance.settings


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
    *,
    introduced_user_id: str | None = None,
) -> OrganizationInvitationMade:
    """Write an invitation to a locked organization down, and send it.

    standing: what the caller is measured by. introduced_user_id: who was made for the person.
    Raises: INVITING_ERRORS.
    Announces: OrganizationInvitationCreated.
    """
    row = await _row(ctx, organization, ready, standing)
    if await queries.is_member_address(ctx.db, organization.id, row.address_key):
        raise AlreadyMember("email_address")
    await queries.expire_invitation(ctx.db, organization.id, row.address_key, ctx.now)
    await check_seat(ctx, organization)
    row = replace(row, introduced_user_id=introduced_user_id)
    await ctx.db.insert(queries.INSERT, row)
    invitation = await queries.get_invitation(ctx.db, organization.id, row.id, ctx.now)
    made = await issue(ctx, signer, invitation)
    if ready.new.notify is not False:
        await send(ctx, made)
    ctx.announce(OrganizationInvitationCreated(invitation))
    return made


async def issue(
    ctx: Context, signer: TicketSigner, invitation: OrganizationInvitation
) -> OrganizationInvitationMade:
    """Make a secret for an open invitation, and the link that carries it."""
    purpose, expires_at = Purpose.ORGANIZATION_INVITATION, invitation.expires_at
    issued = await granting.issue(ctx, purpose, invitation.id, expires_at=expires_at)
    invited = await queries.find_invited(ctx.db, invitation)
    status = TicketStatus.SIGN_UP if invited is None else TicketStatus.SIGN_IN
    carried = signer.ticket(purpose, issued, expires_at)
    url = ticket_link(ctx, carried, invitation.redirect_url, status, app_url=signer.app_url)
    return OrganizationInvitationMade(invitation, issued.secret, url)


async def send(ctx: Context, made: OrganizationInvitationMade) -> None:
    """Mail the link of an invitation to the invited address."""
    invitation, inviter = made.invitation, made.invitation.inviter
    await queue(
        ctx,
        "organization_invitation",
        invitation.email_address,
        action_url=made.url,
        organization_name=invitation.organization.name,
        role_name=invitation.role_name,
        expires_at=invitation.expires_at,
        inviter_name=None if inviter is None else inviter.name,
        invitation_metadata=invitation.public_metadata,
    )


async def _row(
    ctx: Context,
    organization: Organization,
    ready: Checked,
    standing: Any,
) -> OrganizationInvitationRow:
    """The row of an invitation, once the roles are within reach of caller and inviter."""
    new = ready.new
    keys = (new.role, *new.further_roles)
    roles = await roles_by_keys(ctx, organization, keys, "roles" if new.further_roles else "role")
    check_ranks(standing, roles)
    if new.inviter_user_id is not None and new.inviter_user_id != ctx.actor.user_id:
        check_ranks(await manager(ctx, organization.id, new.inviter_user_id), roles)
    role, *others = roles
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
        further_role_keys=tuple(each.key for each in others),
        created_at=ctx.now,
        updated_at=ctx.now,
    )
