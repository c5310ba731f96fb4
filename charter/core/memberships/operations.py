"""What can be done with memberships."""

import dataclasses

from charter.core.keys.lookup import instance_of
from charter.core.memberships import joining, lists, queries
from charter.core.memberships.joining import JOINING
from charter.core.memberships.model import (
    AlreadyMember,
    LastOwner,
    MemberNotFound,
    Membership,
    MembershipEnded,
    MembershipUpdated,
    NewMembership,
)
from charter.core.memberships.rank import check_rank
from charter.core.organizations import queries as organization_queries
from charter.core.organizations.making import checked_metadata, merged_metadata
from charter.core.organizations.model import MetadataPatch, OrganizationNotFound, OrganizationStatus
from charter.core.roles.model import RoleAboveOwn, RoleNotFound
from charter.core.users import queries as user_queries
from charter.core.users.fields import through_index
from charter.core.users.model import UserNotFound
from charter.core.vocabulary import Permission
from charter.kernel.filters.tree import Apply, Name, Op, Order, Value
from charter.kernel.lists import Found, Search
from charter.kernel.operation import Context, operation

NOT_CLOSED = Apply(Op.NE, (Name("organization_status"), Value(OrganizationStatus.CLOSED.value)))


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
    await ctx.allow(organization_id)
    settings = (await instance_of(ctx)).settings
    organization = await joining.lock_open_organization(ctx, organization_id)
    standing = await ctx.confirm(organization_id)
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
    "memberships.search",
    permission=Permission.MEMBERS_READ,
    raises=(OrganizationNotFound,),
    writes=False,
)
async def search(
    ctx: Context, organization_id: str, search: Search, *, oldest_first: bool = False
) -> Found[Membership]:
    """List the members of an organization, the newest first unless another order is asked for.

    Raises: OrganizationNotFound.
    Source: Clerk BAPI 2025-11-10, ListOrganizationMemberships; Organizations API, members.list.
    """
    await ctx.allow(organization_id)
    if oldest_first:
        search = dataclasses.replace(search, order=(Order("created_at"),))
    found = await lists.OF_ORGANIZATION.search(
        ctx.db, _indexed(search), organization_id=organization_id
    )
    if not found.items:
        await organization_queries.get_organization(ctx.db, organization_id)
    return found


@operation(
    "memberships.search_of_user",
    permission=Permission.USERS_READ,
    raises=(UserNotFound,),
    writes=False,
)
async def search_of_user(ctx: Context, user_id: str, search: Search) -> Found[Membership]:
    """List a user's memberships with their organizations, the newest first. Users see their own.

    Users do not see those in closed organizations.
    Raises: UserNotFound.
    Source: Clerk BAPI 2025-11-10, UsersGetOrganizationMemberships; Organizations API, list.
    """
    await ctx.allow(or_self=user_id)
    if not ctx.actor.kind.is_instance_wide:
        search = search.narrowed(NOT_CLOSED)
    found = await lists.OF_USER.search(ctx.db, search, user_id=user_id)
    if not found.items:
        await user_queries.get_user(ctx.db, user_id)
    return found


@operation("memberships.search_all", permission=Permission.ORGANIZATIONS_READ, writes=False)
async def search_all(ctx: Context, search: Search) -> Found[Membership]:
    """List all memberships of the instance, the newest first.

    Source: Clerk BAPI 2025-11-10, InstanceGetOrganizationMemberships.
    """
    await ctx.allow()
    return await lists.OF_INSTANCE.search(ctx.db, search)


@operation(
    "memberships.set_role",
    permission=Permission.MEMBERS_MANAGE,
    raises=(OrganizationNotFound, MemberNotFound, RoleNotFound, LastOwner, RoleAboveOwn),
)
async def set_role(ctx: Context, organization_id: str, user_id: str, role: str) -> Membership:
    """Give a member another role. The role they have already is no change and no conflict.

    role: the key of a role in the organization's role set.
    Raises: OrganizationNotFound; MemberNotFound; RoleNotFound; LastOwner, when no owner would be
        left; RoleAboveOwn, when the old or the new role is above the caller's.
    Announces: MembershipUpdated.
    Source: Clerk BAPI 2025-11-10, UpdateOrganizationMembership; Organizations API, members.setRole.
    """
    await ctx.allow(organization_id)
    before = await queries.lock_member(ctx.db, organization_id, user_id)
    standing = await ctx.confirm(organization_id)
    ctx.expect(before.updated_at)
    wanted = await joining.role_by_key(ctx, before.organization, role)
    check_rank(standing, before.is_creator_role, before.permissions)
    check_rank(standing, wanted.is_creator_role, wanted.permissions)
    if wanted.id == before.role_id:
        return before
    # Counted under the lock: of two owners demoted at once, one must stay.
    if before.is_creator_role and await queries.count_owners(ctx.db, organization_id) == 1:
        raise LastOwner("user_id")
    await ctx.db.run(queries.SET_ROLE, member_id=before.id, new_role_id=wanted.id, now=ctx.now)
    return await _announce_update(ctx, before)


@operation(
    "memberships.merge_metadata",
    permission=Permission.ORGANIZATIONS_MANAGE,
    raises=(OrganizationNotFound, MemberNotFound),
)
async def merge_metadata(
    ctx: Context, organization_id: str, user_id: str, patch: MetadataPatch
) -> Membership:
    """Merge into a membership's metadata; null takes a key away (RFC 7396).

    Raises: OrganizationNotFound, MemberNotFound.
    Announces: MembershipUpdated.
    Source: Clerk BAPI 2025-11-10, UpdateOrganizationMembershipMetadata.
    """
    await ctx.allow()
    settings = (await instance_of(ctx)).settings
    before = await queries.lock_member(ctx.db, organization_id, user_id)
    ctx.expect(before.updated_at)
    await ctx.db.run(
        queries.SET_METADATA,
        member_id=before.id,
        now=ctx.now,
        **merged_metadata(before, patch, settings),
    )
    return await _announce_update(ctx, before)


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
    Source: Clerk BAPI 2025-11-10, DeleteOrganizationMembership; Organizations API, members.remove.
    """
    await ctx.allow(organization_id, or_self=user_id)
    try:
        member = await queries.lock_member(ctx.db, organization_id, user_id)
    except MemberNotFound:
        if ctx.actor.user_id == user_id:
            # Asked about themselves, strangers must not learn that the organization exists.
            raise OrganizationNotFound("organization_id") from None
        raise
    standing = await ctx.confirm(organization_id, or_self=user_id)
    ctx.expect(member.updated_at)
    check_rank(standing, member.is_creator_role, member.permissions)
    # Counted under the lock: of two owners leaving at once, one must stay.
    if member.is_creator_role and await queries.count_owners(ctx.db, organization_id) == 1:
        raise LastOwner("user_id")
    await queries.delete_member(ctx.db, member, ctx.now)
    ctx.announce(MembershipEnded(before=member))
    return member


async def _announce_update(ctx: Context, before: Membership) -> Membership:
    after = await queries.get_member(ctx.db, before.organization_id, before.user_id)
    ctx.announce(MembershipUpdated(after, before=before))
    return after


def _indexed(search: Search) -> Search:
    """The same search, with parts of names looked up in the index for them."""
    return dataclasses.replace(search, where=through_index(search.where))
