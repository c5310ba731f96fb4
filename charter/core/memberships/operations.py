"""What can be done with memberships."""

import dataclasses

from charter.core.keys.lookup import instance_of
from charter.core.memberships import admitting, changing, disabled, joining, lists, queries
from charter.core.memberships.joining import JOINING
from charter.core.memberships.model import (
    AlreadyMember,
    DisabledMembershipEnded,
    LastOwner,
    MemberNotFound,
    Membership,
    MembershipEnded,
    NewMembership,
    OwnMembership,
)
from charter.core.memberships.rank import check_rank
from charter.core.organizations import queries as organization_queries
from charter.core.organizations.making import merged_metadata
from charter.core.organizations.model import (
    MetadataPatch,
    OrganizationNotFound,
    OrganizationStatus,
)
from charter.core.roles.model import RoleAboveOwn, RoleNotFound
from charter.core.users import queries as user_queries
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
    return await admitting.admit(ctx, organization_id, membership)


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
        ctx.db, lists.indexed(search), organization_id=organization_id
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
    """Give a member another role, in place of all they have. Theirs alone is no change already.

    role: the key of a role in the organization's role set.
    Raises: OrganizationNotFound; MemberNotFound; RoleNotFound; LastOwner, when no owner would be
        left; RoleAboveOwn, when an old or the new role is above the caller's.
    Announces: MembershipUpdated.
    Source: Clerk BAPI 2025-11-10, UpdateOrganizationMembership; Organizations API, members.setRole.
    """
    return await admitting.give(ctx, organization_id, user_id, (role,), "role")


@operation(
    "memberships.set_roles",
    permission=Permission.MEMBERS_MANAGE,
    raises=(OrganizationNotFound, MemberNotFound, RoleNotFound, LastOwner, RoleAboveOwn),
)
async def set_roles(
    ctx: Context, organization_id: str, user_id: str, roles: tuple[str, ...]
) -> Membership:
    """Give a member these roles, in place of all they have. The same ones are no change.

    roles: the keys of 1 to 20 roles in the organization's role set, none twice. The creator's
        role among them becomes the primary one, or else the first.
    Raises: OrganizationNotFound; MemberNotFound; RoleNotFound; LastOwner, when no owner would be
        left; RoleAboveOwn, when an old or a new role is above the caller's.
    Announces: MembershipUpdated.
    """
    return await admitting.give(ctx, organization_id, user_id, roles, "roles")


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
    return await changing.announce_update(ctx, before)


@operation(
    "memberships.remove",
    permission=Permission.MEMBERS_MANAGE,
    raises=(OrganizationNotFound, MemberNotFound, LastOwner, RoleAboveOwn),
)
async def remove(ctx: Context, organization_id: str, user_id: str) -> Membership:
    """End a user's membership of an organization, disabled or not. The user remains.

    Members may end their own without the permission, unless they are disabled.
    Returns: the membership as it was.
    Raises: OrganizationNotFound; MemberNotFound; LastOwner, when no owner would be left;
        RoleAboveOwn, when the member's role is above the caller's.
    Announces: MembershipEnded; DisabledMembershipEnded for who was disabled.
    Source: Clerk BAPI 2025-11-10, DeleteOrganizationMembership; Organizations API, members.remove.
    """
    await ctx.allow(organization_id, or_self=user_id)
    is_self = ctx.actor.user_id == user_id
    try:
        member = await queries.lock_member(ctx.db, organization_id, user_id)
    except MemberNotFound:
        if is_self:
            # Asked about themselves, strangers must not learn that the organization exists, and
            # who is disabled must not join anew by going first.
            raise OrganizationNotFound("organization_id") from None
        found = await disabled.find_disabled(ctx.db, organization_id, user_id)
        if found is None:
            raise
        member = found
    standing = await ctx.confirm(organization_id, or_self=user_id)
    ctx.expect(member.updated_at)
    check_rank(standing, member.is_creator_role, member.permissions)
    if member.disabled_at is not None:
        await disabled.delete_disabled(ctx.db, member)
        ctx.announce(DisabledMembershipEnded(before=member))
        return member
    await joining.check_owners(ctx, member)
    await queries.delete_member(ctx.db, member, ctx.now)
    ctx.announce(MembershipEnded(before=member))
    return member


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
    return await changing.disable(ctx, standing, before)


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
    return await changing.enable(ctx, standing, organization, before)
