"""How an organization changes: what is checked, what is written, what is announced."""

import dataclasses
from typing import Any

from charter.core.instances.settings import InstanceSettings
from charter.core.memberships import further
from charter.core.memberships import queries as membership_queries
from charter.core.memberships.model import LastOwner
from charter.core.organizations import making, naming, queries
from charter.core.organizations.model import (
    Organization,
    OrganizationUpdated,
    ParentIsBelow,
    RolesOutsideSet,
)
from charter.kernel.errors import NotPermitted
from charter.kernel.operation import Context

OF_MEMBERS = frozenset({"name", "slug"})
"""What the members of an organization may change; the rest belongs to the instance."""


def checked(ctx: Context, changes: dict[str, Any], settings: InstanceSettings) -> dict[str, Any]:
    """The fields of a patch, checked. Null leaves a field as it is; metadata it empties.

    Raises: InvalidInput, OrganizationSlugsDisabled; NotPermitted, for what is not for members to
        change.
    """
    if not ctx.actor.kind.is_instance_wide and not changes.keys() <= OF_MEMBERS:
        raise NotPermitted
    found: dict[str, Any] = {}
    for name, value in changes.items():
        if name in ("public_metadata", "private_metadata"):
            found[name] = making.checked_metadata(name, value or {}, settings)
        elif value is None:
            continue
        elif name == "name":
            found[name] = naming.checked_name(value)
        elif name == "slug":
            found[name] = making.checked_slug(value, settings)
        elif name == "max_allowed_memberships":
            found[name] = making.checked_limit(value)
        elif name == "created_at":
            found[name] = making.checked_time(ctx, value)
        else:
            found[name] = value
    return found


async def role_set(ctx: Context, before: Organization, key: str | None) -> dict[str, Any]:
    """What a locked organization's change to another role set changes in it.

    Raises: RoleSetNotFound; RolesOutsideSet, when a member's role is not in it; LastOwner, when
        there are members and none of them holds its creator's role.
    """
    if key is None or key == before.role_set_key:
        return {}
    wanted = await queries.get_role_set(ctx.db, key)
    outside = await ctx.db.all(
        queries.ROLES_OUTSIDE, organization_id=before.id, role_set_id=wanted.id
    )
    if outside:
        raise RolesOutsideSet("role_set_key", role_keys=[row[0] for row in outside])
    members, owners = await membership_queries.count_holders(
        ctx.db, before.id, wanted.creator_role_id
    )
    if members and not owners:
        raise LastOwner("role_set_key")
    return {"role_set_id": wanted.id, "role_set_key": wanted.key}


async def promote_owners(ctx: Context, after: Organization) -> None:
    """Let the creator's role of another role set be the primary one of those who hold it.

    Announces: MembershipUpdated.
    """
    role_set = await queries.get_role_set(ctx.db, after.role_set_key)
    promoted = await further.promote(ctx, role_set.creator_role_id, organization_id=after.id)
    await further.announce(ctx, promoted)


async def check_parent(ctx: Context, organization_id: str, parent_id: str) -> None:
    """Refuse a parent that would close a ring; moves have to be locked out.

    Raises: OrganizationNotFound, ParentIsBelow.
    """
    await queries.lock_organization(ctx.db, parent_id, "parent_id")
    if await ctx.db.value(queries.IS_ABOVE, parent_id=parent_id, organization_id=organization_id):
        raise ParentIsBelow("parent_id")


async def save(ctx: Context, before: Organization, changes: dict[str, Any]) -> Organization:
    """Write the changes of a locked organization. Returns: it as it is now.

    Raises: SlugTaken.
    Announces: OrganizationUpdated.
    """
    after = dataclasses.replace(before, **changes, updated_at=ctx.now)
    await queries.update_organization(ctx.db, after)
    ctx.announce(OrganizationUpdated(after, before=before))
    return after
