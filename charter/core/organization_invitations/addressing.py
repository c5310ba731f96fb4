"""What can be done with an invitation by callers who name it alone, without its organization."""

from charter.core.organization_invitations import operations, queries, resending
from charter.core.organization_invitations.model import OrganizationInvitation
from charter.kernel.operation import Context, operation

NOWHERE = ""
"""An organization that there is not: it is answered as every other that the caller cannot see."""


@operation(
    "organization_invitations.revoke_by_id",
    permission=operations.revoke.permission,
    raises=operations.revoke.raises,
)
async def revoke(ctx: Context, invitation_id: str) -> OrganizationInvitation:
    """Take an open invitation back as `organization_invitations.revoke` does.

    Raises: as there. Announces: as there.
    """
    organization_id = await _organization_of(ctx, invitation_id)
    return await operations.revoke.function(ctx, organization_id, invitation_id)


@operation(
    "organization_invitations.resend_by_id",
    permission=resending.resend.permission,
    raises=resending.resend.raises,
)
async def resend(ctx: Context, invitation_id: str) -> OrganizationInvitation:
    """Mail an open invitation again as `organization_invitations.resend` does.

    Raises: as there. Announces: as there.
    """
    organization_id = await _organization_of(ctx, invitation_id)
    return await resending.resend.function(ctx, organization_id, invitation_id)


async def _organization_of(ctx: Context, invitation_id: str) -> str:
    # Read beside the transaction: what follows needs things that take connections of their own.
    reading = ctx.platform.database.reading(ctx.actor.instance_id)
    found = await queries.find_invitation(reading, invitation_id, ctx.now)
    return NOWHERE if found is None else found.organization_id
