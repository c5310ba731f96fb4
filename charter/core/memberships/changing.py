"""How a membership changes, once its organization is locked and the caller decided about."""

from collections.abc import Sequence
from typing import Any

from charter.core.memberships import disabled, further, joining, queries
from charter.core.memberships.model import (
    Membership,
    MembershipCreated,
    MembershipEnded,
    MembershipUpdated,
    RoleInSet,
)
from charter.core.memberships.rank import check_rank, check_ranks
from charter.core.organizations.model import Organization
from charter.core.roles.model import RoleNotFound
from charter.kernel.operation import Context


async def give_roles(
    ctx: Context, standing: Any, before: Membership, keys: Sequence[str], parameter: str
) -> Membership:
    """Give a member these roles, in place of all they have; the same ones are no change.

    A disabled one gets them when they are enabled.
    Raises: InvalidInput; RoleNotFound; LastOwner; RoleAboveOwn.
    Announces: MembershipUpdated, for a member.
    """
    wanted = await joining.roles_by_keys(ctx, before.organization, keys, parameter)
    check_rank(standing, before.is_creator_role, before.permissions, parameter)
    check_ranks(standing, wanted, parameter)
    primary, *others = wanted
    if primary.id == before.role_id and {each.key for each in others} == set(
        before.further_role_keys
    ):
        return before
    if before.disabled_at is not None:
        await disabled.set_roles(ctx.db, before, primary, others, ctx.now)
        return await disabled.get_disabled(ctx.db, before.organization_id, before.user_id)
    if not primary.is_creator_role:
        await joining.check_owners(ctx, before)
    await ctx.db.run(queries.SET_ROLE, member_id=before.id, new_role_id=primary.id, now=ctx.now)
    await further.replace(ctx.db, before, others)
    return await announce_update(ctx, before)


async def disable(ctx: Context, standing: Any, before: Membership) -> Membership:
    """Let a member be none until they are enabled; whoever is disabled stays so.

    Raises: LastOwner; RoleAboveOwn.
    Announces: MembershipEnded, with what brings them back behind it.
    """
    check_rank(standing, before.is_creator_role, before.permissions)
    if before.disabled_at is not None:
        return before
    await joining.check_owners(ctx, before)
    await disabled.disable(ctx.db, before, ctx.now)
    after = await disabled.get_disabled(ctx.db, before.organization_id, before.user_id)
    ctx.announce(MembershipEnded(after, before=before))
    return after


async def enable(
    ctx: Context, standing: Any, organization: Organization, before: Membership
) -> Membership:
    """Let a disabled member be one again.

    Raises: MembershipLimitReached; RoleAboveOwn; RoleNotFound, when the role set has none of the
        roles and no default one.
    Announces: MembershipCreated.
    """
    roles = await _roles_of(ctx, organization, before)
    check_ranks(standing, roles)
    await joining.check_seat(ctx, organization)
    primary, *others = roles
    await disabled.enable(ctx.db, before, primary, ctx.now)
    await further.give(ctx.db, before.id, others)
    after = await queries.get_member(ctx.db, before.organization_id, before.user_id)
    ctx.announce(MembershipCreated(after))
    return after


async def announce_update(ctx: Context, before: Membership) -> Membership:
    """The member as they are now. Announces: MembershipUpdated."""
    after = await queries.get_member(ctx.db, before.organization_id, before.user_id)
    ctx.announce(MembershipUpdated(after, before=before))
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
