"""What can be done with memberships."""

from charter.core.memberships import queries
from charter.core.memberships.model import (
    LastOwner,
    MemberNotFound,
    Membership,
    MembershipEnded,
)
from charter.core.memberships.rank import check_rank
from charter.core.organizations.model import OrganizationNotFound
from charter.core.roles.model import RoleAboveOwn
from charter.core.vocabulary import Permission
from charter.kernel.operation import Context, operation


@operation(
    "memberships.remove",
    permission=Permission.MEMBERS_MANAGE,
    raises=(OrganizationNotFound, MemberNotFound, LastOwner, RoleAboveOwn),
)
async def remove(ctx: Context, organization_id: str, user_id: str) -> Membership:
    """End a user's membership of an organization. The user remains.

    Members may end their own without the permission.
    Returns: the membership as it was.
    Raises: OrganizationNotFound; MemberNotFound; LastOwner, when no owner would be left;
        RoleAboveOwn, when the member's role is above the caller's.
    Announces: MembershipEnded.
    Source: Clerk BAPI 2025-11-10, DeleteOrganizationMembership.
    """
    standing = await ctx.allow(organization_id, or_self=user_id)
    member = await queries.lock_member(ctx.db, organization_id, user_id)
    check_rank(standing, member.is_creator_role, member.permissions)
    # Counted under the lock: of two owners leaving at once, one must stay.
    if member.is_creator_role and await queries.count_owners(ctx.db, organization_id) == 1:
        raise LastOwner("user_id")
    await queries.delete_member(ctx.db, member)
    ctx.announce(MembershipEnded(before=member))
    return member
