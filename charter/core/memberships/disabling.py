"""Members who are disabled: no members until they are enabled, with all that they had."""

from charter.core.memberships import disabled, further, joining, lists, queries
from charter.core.memberships.joining import JOINING
from charter.core.memberships.model import (
    LastOwner,
    MemberNotFound,
    Membership,
    MembershipCreated,
    MembershipEnded,
    OwnMembership,
    RoleInSet,
)
from charter.core.memberships.rank import check_rank, check_ranks
from charter.core.organizations import queries as organization_queries
from charter.core.organizations.model import Organization, OrganizationNotFound
from charter.core.roles.model import RoleAboveOwn, RoleNotFound
from charter.core.vocabulary import Permission
from charter.kernel.lists import Found, Search
from charter.kernel.operation import Context, operation


@operation(
    "memberships.search_with_disabled",
    permission=Permission.MEMBERS_MANAGE,
    raises=(OrganizationNotFound,),
    writes=False,
)
async def search_with_disabled(
    ctx: Context, organization_id: str, search: Search
) -> Found[Membership]:
    """List an organization's members together with those who are disabled, the newest first.

    The field `member_status` is `active` or `disabled`.
    Raises: OrganizationNotFound.
    """
    await ctx.allow(organization_id)
    found = await lists.EVERYONE_OF_ORGANIZATION.search(
        ctx.db, lists.indexed(search), organization_id=organization_id
    )
    if not found.items:
        await organization_queries.get_organization(ctx.db, organization_id)
    return found


@operation(
    "memberships.disable",
    permission=Permission.MEMBERS_MANAGE,
    raises=(OrganizationNotFound, MemberNotFound, OwnMembership, LastOwner, RoleAboveOwn),
)
async def disable(ctx: Context, organization_id: str, user_id: str) -> Membership:
    """Let a member be none until they are enabled. They keep their roles and metadata for then.

    Nobody makes them a member in another way meanwhile, and they take no seat. Whoever is
    disabled already stays so.
    Returns: what brings them back.
    Raises: OrganizationNotFound; MemberNotFound; OwnMembership; LastOwner, when no owner would be
        left; RoleAboveOwn, when the member's role is above the caller's.
    Announces: MembershipEnded, with what brings them back behind it.
    """
    await ctx.allow(organization_id)
    await organization_queries.lock_organization(ctx.db, organization_id)
    standing = await ctx.confirm(organization_id)
    if ctx.actor.user_id == user_id:
        raise OwnMembership
    before = await disabled.find_disabled(ctx.db, organization_id, user_id)
    if before is None:
        before = await queries.get_member(ctx.db, organization_id, user_id)
    ctx.expect(before.updated_at)
    check_rank(standing, before.is_creator_role, before.permissions)
    if before.disabled_at is not None:
        return before
    await joining.check_owners(ctx, before)
    await disabled.disable(ctx.db, before, ctx.now)
    after = await disabled.get_disabled(ctx.db, organization_id, user_id)
    ctx.announce(MembershipEnded(after, before=before))
    return after


@operation(
    "memberships.enable",
    permission=Permission.MEMBERS_MANAGE,
    raises=(*JOINING, MemberNotFound, RoleNotFound, RoleAboveOwn),
)
async def enable(ctx: Context, organization_id: str, user_id: str) -> Membership:
    """Let a disabled member be a member again, as they were. Whoever is one stays so.

    Of their roles they get those that the organization's role set has now; where it has none of
    them its default role, as invitations do when a role set takes the place of another.
    Raises: OrganizationNotFound; OrganizationInactive; MemberNotFound; MembershipLimitReached;
        RoleAboveOwn, when one of the roles is above the caller's; RoleNotFound, when the role
        set has none of the roles and no default one.
    Announces: MembershipCreated.
    """
    await ctx.allow(organization_id)
    organization = await joining.lock_open_organization(ctx, organization_id)
    standing = await ctx.confirm(organization_id)
    before = await disabled.find_disabled(ctx.db, organization_id, user_id)
    if before is None:
        member = await queries.get_member(ctx.db, organization_id, user_id)
        ctx.expect(member.updated_at)
        return member
    ctx.expect(before.updated_at)
    roles = await _roles_of(ctx, organization, before)
    check_ranks(standing, roles)
    await joining.check_seat(ctx, organization)
    primary, *others = roles
    await disabled.enable(ctx.db, before, primary, ctx.now)
    await further.give(ctx.db, before.id, others)
    after = await queries.get_member(ctx.db, organization_id, user_id)
    ctx.announce(MembershipCreated(after))
    return after


async def _roles_of(
    ctx: Context, organization: Organization, before: Membership
) -> tuple[RoleInSet, ...]:
    found = await joining.find_roles(ctx, organization, before.role_keys)
    if found:
        return found
    default = await ctx.db.one(
        queries.DEFAULT_ROLE, missing=RoleNotFound("role"), role_set_id=organization.role_set_id
    )
    return (default,)
