"""How an organization changes: what is checked, what is written, what is announced."""

import dataclasses
from typing import Any

from charter.core.instances.settings import InstanceSettings
from charter.core.memberships import further
from charter.core.memberships import queries as membership_queries
from charter.core.memberships.model import LastOwner
from charter.core.organizations import details, making, naming, queries, tree_queries
from charter.core.organizations.model import (
    Organization,
    OrganizationStatus,
    OrganizationUpdated,
    ParentIsBelow,
    RolesOutsideSet,
)
from charter.kernel.errors import NotPermitted
from charter.kernel.operation import Context

OF_MEMBERS = frozenset(
    {
        "name",
        "slug",
        "description",
        "contact_address",
        "claims_name",
        "name_to_claim",
        "status",
        "avatar_url",
    }
)
"""What the members of an organization may change; the rest belongs to the instance."""
OF_MEMBERS_STATUSES = frozenset({OrganizationStatus.ACTIVE, OrganizationStatus.SUSPENDED})
"""Between which they may change its status; the others say how it pays."""


def checked(ctx: Context, changes: dict[str, Any], settings: InstanceSettings) -> dict[str, Any]:
    """The fields of a patch, checked. Null leaves a field as it is; what may be empty it empties.

    Raises: InvalidInput, OrganizationSlugsDisabled; EmailAddressInvalid; NotPermitted, for what
        is not for members to change.
    """
    if not ctx.actor.kind.is_instance_wide and not changes.keys() <= OF_MEMBERS:
        raise NotPermitted
    found: dict[str, Any] = {}
    for name, value in changes.items():
        if name in ("public_metadata", "private_metadata"):
            found[name] = making.checked_metadata(name, value or {}, settings)
        elif name in details.CHECKS:
            found[name] = details.CHECKS[name](value)
        elif value is not None:
            found |= _checked_one(ctx, name, value, settings, claims=changes.get("claims_name"))
    return found


def _checked_one(
    ctx: Context, name: str, value: Any, settings: InstanceSettings, *, claims: bool | None
) -> dict[str, Any]:
    """What a field that has a value changes."""
    match name:
        case "name":
            return {name: naming.claimable(value) if claims else naming.checked_name(value)}
        case "name_to_claim":
            return {"name": naming.claimable(value), "claims_name": True}
        case "slug":
            return {name: making.checked_slug(value, settings)}
        case "max_allowed_memberships":
            return {name: making.checked_limit(value)}
        case "created_at":
            return {name: making.checked_time(ctx, value)}
        case _:
            return {name: value}


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


def claim(before: Organization, changes: dict[str, Any]) -> dict[str, Any]:
    """The changes of a locked organization, with what they make of the claim to its name.

    Another name is claimed where that is asked for; left out, the claim stays with the name.
    Raises: InvalidInput, for a name that cannot be claimed.
    """
    changes = dict(changes)
    wish = changes.pop("claims_name", None)
    name = changes.get("name", before.name)
    if wish:
        name = naming.claimable(name)
        return changes | {"name": name, "claimed_name": naming.folded(name)}
    if wish is None and before.claimed_name == naming.folded(name):
        return changes
    return changes | {"claimed_name": None}


def status(ctx: Context, before: Organization, wished: OrganizationStatus | None) -> dict[str, Any]:
    """The changes that give a locked organization a status; None leaves it.

    That no member wakes what the instance has put to rest is decided with their standing.
    Raises: NotPermitted, to members who would close it, or say how it pays.
    """
    is_instance = ctx.actor.kind.is_instance_wide
    if wished is None or (wished is before.status and not is_instance):
        return {}
    if not is_instance and not {wished, before.status} <= OF_MEMBERS_STATUSES:
        raise NotPermitted
    is_held = is_instance and wished is not OrganizationStatus.ACTIVE
    return {"status": wished, "is_status_held": is_held}


async def restorer(ctx: Context, organization_id: str) -> str | None:
    """The acting user, if they may make a suspended organization active again.

    Roles hold nothing but what reads there, so what theirs holds elsewhere is asked for.
    """
    user_id = ctx.actor.user_id
    if user_id is None or not await queries.may_restore(ctx.db, organization_id, user_id):
        return None
    return user_id


async def check_parent(ctx: Context, organization_id: str, parent_id: str) -> None:
    """Refuse a parent that would close a ring; moves have to be locked out.

    Raises: OrganizationNotFound, ParentIsBelow.
    """
    await queries.lock_organization(ctx.db, parent_id, "parent_id")
    if await ctx.db.value(
        tree_queries.IS_ABOVE, parent_id=parent_id, organization_id=organization_id
    ):
        raise ParentIsBelow("parent_id")


async def save(ctx: Context, before: Organization, changes: dict[str, Any]) -> Organization:
    """Write the changes of a locked organization. Returns: it as it is now.

    Raises: SlugTaken; OrganizationNameTaken.
    Announces: OrganizationUpdated.
    """
    after = dataclasses.replace(before, **changes, updated_at=ctx.now)
    await queries.update_organization(ctx.db, after)
    ctx.announce(OrganizationUpdated(after, before=before))
    return after
