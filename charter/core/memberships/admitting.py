"""Making somebody a member, and giving members roles, for every operation that does either."""

from charter.core.keys.lookup import instance_of
from charter.core.memberships import changing, joining, queries
from charter.core.memberships.model import Membership, NewMembership
from charter.core.memberships.rank import check_ranks
from charter.core.organizations.making import checked_metadata
from charter.kernel.operation import Context


async def admit(ctx: Context, organization_id: str, membership: NewMembership) -> Membership:
    """Make a user a member, once the caller is decided about.

    Raises: JOINING; AlreadyMember; RoleNotFound; RoleAboveOwn.
    Announces: MembershipCreated.
    """
    await ctx.allow(organization_id)
    settings = (await instance_of(ctx)).settings
    organization = await joining.lock_open_organization(ctx, organization_id)
    standing = await ctx.confirm(organization_id)
    keys = (membership.role, *membership.further_roles)
    parameter = "further_roles" if membership.further_roles else "role"
    role, *others = await joining.roles_by_keys(ctx, organization, keys, parameter)
    check_ranks(standing, (role, *others))
    return await joining.add_member(
        ctx,
        organization,
        membership.user_id,
        role.id,
        further_roles=others,
        public_metadata=checked_metadata(
            "public_metadata", membership.public_metadata or {}, settings
        ),
        private_metadata=checked_metadata(
            "private_metadata", membership.private_metadata or {}, settings
        ),
    )


async def give(
    ctx: Context, organization_id: str, user_id: str, keys: tuple[str, ...], parameter: str
) -> Membership:
    """Give a member these roles in place of all they have, once the caller is decided about.

    Raises: OrganizationNotFound; MemberNotFound; RoleNotFound; LastOwner; RoleAboveOwn.
    Announces: MembershipUpdated.
    """
    await ctx.allow(organization_id)
    before = await queries.lock_member(ctx.db, organization_id, user_id)
    standing = await ctx.confirm(organization_id)
    ctx.expect(before.updated_at)
    return await changing.give_roles(ctx, standing, before, keys, parameter)
