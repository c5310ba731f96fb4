"""Sending the link of an invitation again, and finding which one a person has."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from charter.core.grants import granting
from charter.core.grants.model import Purpose
from charter.core.grants.queries import find_newest
from charter.core.invitations.model import InvitationNotFound, InvitationStatus
from charter.core.keys.model import NoActiveSigningKey
from charter.core.memberships.joining import JOINING, lock_open_organization
from charter.core.organization_invitations import queries
from charter.core.organization_invitations.inviting import issue, prepare, send
from charter.core.organization_invitations.model import (
    InvitationNotPending,
    OrganizationInvitation,
    OrganizationInvitationResent,
)
from charter.core.vocabulary import Permission
from charter.kernel.errors import RateLimited
from charter.kernel.operation import Context, operation

BETWEEN = timedelta(minutes=1)
"""How long after one link another may be sent."""
PURPOSE = Purpose.ORGANIZATION_INVITATION
RESENDING_ERRORS = (*JOINING, InvitationNotFound, InvitationNotPending, NoActiveSigningKey)
"""What sending an invitation again may raise, beyond the errors of any input."""


@operation(
    "organization_invitations.resend",
    permission=Permission.MEMBERS_MANAGE,
    raises=RESENDING_ERRORS,
)
async def resend(ctx: Context, organization_id: str, invitation_id: str) -> OrganizationInvitation:
    """Mail an open invitation again, with another link: the one before works no more.

    It ends when it would have ended.
    Raises: OrganizationNotFound; OrganizationInactive; InvitationNotFound; InvitationNotPending,
        when it was accepted or revoked, or has expired; RateLimited, within a minute of the last
        link.
    Announces: OrganizationInvitationResent.
    """

    async def named() -> OrganizationInvitation:
        return await queries.get_invitation(ctx.db, organization_id, invitation_id, ctx.now)

    return await resent(ctx, organization_id, named)


async def resent(
    ctx: Context, organization_id: str, find: Callable[[], Awaitable[OrganizationInvitation]]
) -> OrganizationInvitation:
    """Mail the invitation that `find` gives once the organization is locked.

    Raises: as `resend`, and what `find` raises.
    Announces: OrganizationInvitationResent.
    """
    signing, _settings = await prepare(ctx)
    await ctx.allow(organization_id)
    # Organization, invitation, grant: whoever locks several of them does so in this order.
    await lock_open_organization(ctx, organization_id)
    await ctx.confirm(organization_id)
    found = await find()
    if found.status is not InvitationStatus.PENDING:
        raise InvitationNotPending("invitation_id")
    newest = await find_newest(ctx.db, PURPOSE, found.id)
    if newest is not None and newest.created_at + BETWEEN > ctx.now:
        left = newest.created_at + BETWEEN - ctx.now
        raise RateLimited("invitation_id", retry_after_seconds=int(left.total_seconds()) + 1)
    await granting.revoke(ctx, PURPOSE, found.id)
    await send(ctx, await issue(ctx, signing, found))
    ctx.announce(OrganizationInvitationResent(found))
    return found


async def open_of(ctx: Context, organization_id: str, user_id: str) -> OrganizationInvitation:
    """The open invitation to a user: the newest, where there are several.

    Raises: InvitationNotFound.
    """
    return await ctx.db.one(
        queries.PENDING_OF_USER,
        missing=InvitationNotFound("user_id"),
        organization_id=organization_id,
        user_id=user_id,
        now=ctx.now,
    )


@operation(
    "organization_invitations.get_of_member_to_be",
    permission=Permission.MEMBERS_MANAGE,
    raises=(InvitationNotFound,),
    writes=False,
)
async def get_of_member_to_be(
    ctx: Context, organization_id: str, user_id: str
) -> OrganizationInvitation:
    """Read the open invitation of an organization to a user: the newest, where there are several.

    It is to an address that they have proven, or they were made for it.
    Raises: InvitationNotFound.
    """
    await ctx.allow(organization_id)
    return await open_of(ctx, organization_id, user_id)
