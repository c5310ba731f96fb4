"""What can be done with memberships."""

from charter.core.keys.lookup import lookup
from charter.core.memberships import joining, queries
from charter.core.memberships.joining import JOINING
from charter.core.memberships.model import (
    AlreadyMember,
    LastOwner,
    MemberNotFound,
    Membership,
    MembershipEnded,
    NewMembership,
)
from charter.core.memberships.rank import check_rank
from charter.core.organizations.making import checked_metadata
from charter.core.organizations.model import OrganizationNotFound
from charter.core.roles.model import RoleAboveOwn, RoleNotFound
from charter.core.vocabulary import Permission
from charter.kernel.operation import Context, operation


@operation(
    "memberships.create",
    permission=Permission.MEMBERS_MANAGE,
    raises=(*JOINING, AlreadyMember, RoleNotFound, RoleAboveOwn),
)
async def create(ctx: Context, organization_id: str, membership: NewMembership) -> Membership:
    """Make a user a member of an organization, without asking them.

    Raises: OrganizationNotFound; OrganizationInactive; RoleNotFound, for a role that is not in
        the organization's role set; RoleAboveOwn; MembershipLimitReached; UserNotFound;
        AlreadyMember.
    Announces: MembershipCreated.
    Source: Clerk BAPI 2025-11-10, CreateOrganizationMembership.
    """
    standing = await ctx.allow(organization_id)
    settings = (await lookup(ctx.platform).instance(ctx.actor.instance_id)).settings
    organization = await joining.lock_open_organization(ctx, organization_id)
    role = await joining.role_by_key(ctx, organization, membership.role)
    check_rank(standing, role.is_creator_role, role.permissions)
    return await joining.add_member(
        ctx,
        organization,
        membership.user_id,
        role.id,
        public_metadata=checked_metadata(
            "public_metadata", membership.public_metadata or {}, settings
        ),
        private_metadata=checked_metadata(
            "private_metadata", membership.private_metadata or {}, settings
        ),
    )


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
