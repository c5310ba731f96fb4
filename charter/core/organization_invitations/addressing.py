"""What can be done with an invitation by callers who name it alone, without its organization."""

from charter.core.organization_invitations import queries, resending, withdrawing
from charter.core.organization_invitations.model import OrganizationInvitation
from charter.core.vocabulary import Permission
from charter.kernel.operation import Context, operation

NOWHERE = ""
"""An organization that there is not: it is answered as every other that the caller cannot see."""


@operation(
    "organization_invitations.revoke_by_id",
    permission=Permission.MEMBERS_MANAGE,
    raises=withdrawing.WITHDRAWING_ERRORS,
)
async def revoke(ctx: Context, invitation_id: str) -> OrganizationInvitation:
    """Take an open invitation back as `organization_invitations.revoke` does.

    Raises: as there. Announces: as there.
    """
    organization_id = await _organization_of(ctx, invitation_id)
    return await withdrawing.withdraw(ctx, organization_id, invitation_id)


@operation(
    "organization_invitations.resend_by_id",
    permission=Permission.MEMBERS_MANAGE,
    raises=resending.RESENDING_ERRORS,
)
async def resend(ctx: Context, invitation_id: str) -> OrganizationInvitation:
    """Mail an open invitation again as `organization_invitations.resend` does.

    Raises: as there. Announces: as there.
    """
    organization_id = await _organization_of(ctx, invitation_id)

    async def named() -> OrganizationInvitation:
        return await queries.get_invitation(ctx.db, organization_id, invitation_id, ctx.now)

    return await resending.resent(ctx, organization_id, named)


async def _organization_of(ctx: Context, invitation_id: str) -> str:
    # Read beside the transaction: what follows needs things that take connections of their own.
    reading = ctx.platform.database.reading(ctx.actor.instance_id)
    found = await queries.find_invitation(reading, invitation_id, ctx.now)
    return NOWHERE if found is None else found.organization_id
