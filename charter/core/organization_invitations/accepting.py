"""Accepting an invitation: proof of the invited address, one use, a membership."""

from charter.core.email_addresses.model import EmailAddress
from charter.core.email_addresses.queries import ROWS
from charter.core.grants import granting
from charter.core.grants.model import GrantExpired, GrantInvalid, GrantRevoked, GrantSpent, Purpose
from charter.core.grants.tickets import read_ticket
from charter.core.identifiers.rows import proven
from charter.core.invitations.model import InvitationNotFound, InvitationStatus
from charter.core.keys.claimed import is_signed_form
from charter.core.memberships.joining import (
    JOINING,
    add_member,
    find_roles,
    lock_open_organization,
)
from charter.core.memberships.model import AlreadyMember, Membership
from charter.core.memberships.queries import find_standing, get_member
from charter.core.organization_invitations import queries
from charter.core.organization_invitations.model import (
    EmailMismatch,
    InvitationExpired,
    InvitationInvalid,
    InvitationUsed,
    OrganizationInvitation,
    OrganizationInvitationAccepted,
)
from charter.core.organizations.making import check_enabled
from charter.core.organizations.model import Organization, OrganizationsNotEnabled
from charter.core.users.queries import get_user, lock_user
from charter.core.verification import Strategy
from charter.core.vocabulary import Permission
from charter.kernel.errors import DomainError
from charter.kernel.operation import Context, operation

PURPOSE = Purpose.ORGANIZATION_INVITATION
REASONS: dict[type[DomainError], type[DomainError]] = {
    GrantInvalid: InvitationInvalid,
    GrantRevoked: InvitationInvalid,
    GrantExpired: InvitationExpired,
    GrantSpent: InvitationUsed,
}

REFUSED: dict[InvitationStatus, type[DomainError]] = {
    InvitationStatus.ACCEPTED: InvitationUsed,
    InvitationStatus.EXPIRED: InvitationExpired,
    InvitationStatus.REVOKED: InvitationNotFound,
}


@operation(
    "organization_invitations.accept",
    permission=Permission.SELF,
    raises=(
        *JOINING,
        AlreadyMember,
        EmailMismatch,
        InvitationExpired,
        InvitationInvalid,
        InvitationUsed,
    ),
)
async def accept(ctx: Context, token: str) -> Membership:
    """Join an organization by an invitation to an address that the acting user has proven to hold.

    token: the invitation's secret, or a ticket that carries it. Whoever is a member already
        keeps their role, and the invitation is spent.
    Returns: the membership.
    Raises: InvitationInvalid, for an unknown or revoked one; InvitationExpired; InvitationUsed;
        EmailMismatch, which spends nothing; OrganizationInactive; MembershipLimitReached;
        AlreadyMember, for a member who is disabled.
    Announces: MembershipCreated, OrganizationInvitationAccepted.
    Source: Organizations API, invitations.accept.
    """
    await ctx.allow()
    try:
        secret = await read_ticket(ctx, token, PURPOSE) if is_signed_form(token) else token
        invitation = await _invitation(ctx, (await granting.peek(ctx, PURPOSE, secret)).subject_id)
        await _check_address(ctx, invitation)
        # Organization, invitation, grant: whoever locks several of them does so in this order.
        organization = await lock_open_organization(ctx, invitation.organization_id)
        await granting.spend(ctx, PURPOSE, secret)
    except tuple(REASONS) as refused:
        raise _reason(refused) from refused
    return await joined(ctx, invitation, organization, ctx.user_id)


@operation(
    "organization_invitations.accept_own",
    permission=Permission.SELF,
    raises=(
        *JOINING,
        AlreadyMember,
        InvitationExpired,
        InvitationNotFound,
        InvitationUsed,
        OrganizationsNotEnabled,
    ),
)
async def accept_own(ctx: Context, invitation_id: str) -> OrganizationInvitation:
    """Join by an invitation to an address that the acting user has proven to hold.

    The proof of the address takes the place of the secret, which works no more. Whoever is a
    member already keeps their role.
    Returns: the invitation, accepted.
    Raises: InvitationNotFound, also for an address of somebody else and for one that was
        revoked; InvitationExpired; InvitationUsed; OrganizationInactive; MembershipLimitReached;
        AlreadyMember, for a member who is disabled; OrganizationsNotEnabled.
    Announces: MembershipCreated, OrganizationInvitationAccepted.
    Source: Clerk FAPI 2026-05-12, acceptOrganizationInvitation.
    """
    await ctx.allow()
    await check_enabled(ctx)
    invitation = await queries.find_invitation(ctx.db, invitation_id, ctx.now)
    if invitation is None or not await _is_for_actor(ctx, invitation):
        raise InvitationNotFound("invitation_id")
    if invitation.status in REFUSED:
        raise REFUSED[invitation.status]("invitation_id")
    # Organization, invitation, grant: whoever locks several of them does so in this order.
    organization = await lock_open_organization(ctx, invitation.organization_id)
    try:
        await joined(ctx, invitation, organization, ctx.user_id)
    except InvitationUsed as late:
        # It pends no more, for whatever reason: it was looked at before the lock.
        now = await queries.find_invitation(ctx.db, invitation.id, ctx.now)
        status = InvitationStatus.REVOKED if now is None else now.status
        raise REFUSED.get(status, InvitationUsed)("invitation_id") from late
    await granting.revoke(ctx, PURPOSE, invitation.id)
    return await _invitation(ctx, invitation.id)


async def joined(
    ctx: Context, invitation: OrganizationInvitation, organization: Organization, user_id: str
) -> Membership:
    """Make the holder of the invited address a member; a member already keeps their role.

    The organization is locked and takes members, and the invitation's grant is spent.
    Raises: InvitationUsed; MembershipLimitReached; AlreadyMember, for one who is disabled.
    Announces: MembershipCreated, OrganizationInvitationAccepted.
    """
    if not await queries.accept_invitation(ctx.db, invitation.id, user_id, ctx.now):
        raise InvitationUsed("token")
    if (await find_standing(ctx.db, organization.id, user_id)).is_member:
        membership = await get_member(ctx.db, organization.id, user_id)
    else:
        membership = await add_member(
            ctx,
            organization,
            user_id,
            invitation.role_id,
            further_roles=await find_roles(ctx, organization, invitation.further_role_keys),
            public_metadata=invitation.public_metadata,
            private_metadata=invitation.private_metadata,
        )
    accepted = await _invitation(ctx, invitation.id)
    ctx.announce(OrganizationInvitationAccepted(accepted, before=invitation))
    return membership


async def joined_by_link(
    ctx: Context, invitation: OrganizationInvitation, organization: Organization, user_id: str
) -> Membership:
    """The same for whom the mailed link lets in, which proves the address of who was made for it.

    Raises: InvitationUsed; MembershipLimitReached; EmailAddressTaken, when another user has proven
        or reserved the address at this moment.
    Announces: also UserUpdated, and what `enroll` announces.
    """
    membership = await joined(ctx, invitation, organization, user_id)
    if user_id == invitation.introduced_user_id:
        user = await lock_user(ctx.db, user_id)
        rows = [
            proven(row, Strategy.TICKET, ctx.now)
            if row.address_key == invitation.address_key and not row.is_verified
            else row
            for row in user.email_addresses
        ]
        if tuple(rows) != user.email_addresses:
            await ROWS.save(ctx, user, rows)
    return membership


def _reason(refused: DomainError) -> DomainError:
    return next(error("token") for known, error in REASONS.items() if isinstance(refused, known))


async def _invitation(ctx: Context, invitation_id: str) -> OrganizationInvitation:
    found = await queries.find_invitation(ctx.db, invitation_id, ctx.now)
    if found is None:
        # Its organization is gone, and it with it.
        raise InvitationInvalid("token")
    return found


async def _check_address(ctx: Context, invitation: OrganizationInvitation) -> None:
    """Refuse whoever has not proven to hold the invited address. Raises: EmailMismatch."""
    if not await _is_for_actor(ctx, invitation):
        raise EmailMismatch


async def _is_for_actor(ctx: Context, invitation: OrganizationInvitation) -> bool:
    """Whether the acting user has proven to hold the invited address."""
    user = await get_user(ctx.db, ctx.user_id)
    held: tuple[EmailAddress, ...] = user.email_addresses
    return any(each.is_verified and each.address_key == invitation.address_key for each in held)
