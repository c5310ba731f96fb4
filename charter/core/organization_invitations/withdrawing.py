"""Taking an invitation back, for every operation that does."""

from charter.core.grants import granting
from charter.core.grants.model import Purpose
from charter.core.invitations.model import InvitationNotFound
from charter.core.invitations.model import InvitationStatus as Status
from charter.core.organization_invitations import queries
from charter.core.organization_invitations.inviting import manager
from charter.core.organization_invitations.model import (
    InvitationNotPending,
    InvitationRevokedBefore,
    InviterNotMember,
    InviterNotPermitted,
    OrganizationInvitation,
    OrganizationInvitationRevoked,
)
from charter.core.organizations.model import OrganizationNotFound
from charter.core.organizations.queries import lock_organization
from charter.kernel.operation import Context

WITHDRAWING_ERRORS = (
    OrganizationNotFound,
    InvitationNotFound,
    InvitationNotPending,
    InviterNotMember,
    InviterNotPermitted,
)
"""What taking an invitation back may raise, beyond the errors of any input."""


async def withdraw(
    ctx: Context, organization_id: str, invitation_id: str, requesting_user_id: str | None = None
) -> OrganizationInvitation:
    """Take an open invitation back, once the caller is decided about.

    Raises: WITHDRAWING_ERRORS; InvitationRevokedBefore.
    Announces: OrganizationInvitationRevoked.
    """
    await ctx.allow(organization_id)
    # Organization, invitation, grant: whoever locks several of them does so in this order.
    await lock_organization(ctx.db, organization_id)
    await ctx.confirm(organization_id)
    if requesting_user_id is not None:
        await manager(ctx, organization_id, requesting_user_id)
    before = await queries.get_invitation(ctx.db, organization_id, invitation_id, ctx.now)
    if before.status is Status.REVOKED:
        raise InvitationRevokedBefore("invitation_id")
    if not await queries.revoke_invitation(ctx.db, invitation_id, ctx.now):
        raise InvitationNotPending("invitation_id")
    await granting.revoke(ctx, Purpose.ORGANIZATION_INVITATION, invitation_id)
    after = await queries.get_invitation(ctx.db, organization_id, invitation_id, ctx.now)
    ctx.announce(OrganizationInvitationRevoked(after, before=before))
    return after
