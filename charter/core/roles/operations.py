"""What can be done with roles."""

import dataclasses

from charter.core.named import (
    checked,
    checked_description,
    checked_key,
    checked_text,
    given,
    matching,
)
from charter.core.organizations.model import OrganizationNotFound
from charter.core.organizations.queries import get_organization
from charter.core.permissions import queries as permission_queries
from charter.core.permissions.model import OrganizationPermission, PermissionNotFound
from charter.core.role_sets import queries as role_set_queries
from charter.core.role_sets.model import RoleSetRole
from charter.core.roles import queries
from charter.core.roles.model import (
    CREATOR_NEEDS,
    KEY,
    MissingCreatorPermissions,
    NewRole,
    PermissionHeld,
    PermissionNotHeld,
    Role,
    RoleByDefault,
    RoleCreated,
    RoleDeleted,
    RoleHasMembers,
    RoleInInvitations,
    RoleKeyTaken,
    RoleNotFound,
    RoleOfCreators,
    RolePatch,
    RolePermission,
    RoleRow,
    RoleUpdated,
)
from charter.core.vocabulary import Permission
from charter.kernel.lists import Found, Search
from charter.kernel.operation import Context, operation


@operation("roles.search", permission=Permission.ROLES_READ, writes=False)
async def search(ctx: Context, search: Search, query: str | None = None) -> Found[Role]:
    """List the roles of the instance, newest first.

    query: an id as a whole, or a part of a name or key.
    Source: Clerk BAPI 2025-11-10, ListOrganizationRoles.
    """
    await ctx.allow()
    return await queries.LISTING.search(ctx.db, matching(search, query))


@operation("roles.matrix", permission=Permission.PUBLIC, writes=False)
async def matrix(ctx: Context) -> tuple[Role, ...]:
    """Tell which role holds which permissions. It is no secret, and the same for everybody.

    Returns: all roles of the instance, oldest first.
    Source: Organizations API, roles.
    """
    await ctx.allow()
    return await ctx.db.all(queries.ALL_ROLES)


@operation(
    "roles.search_of_organization",
    permission=Permission.ORGANIZATION_VIEW,
    raises=(OrganizationNotFound,),
    writes=False,
)
async def search_of_organization(ctx: Context, organization_id: str, search: Search) -> Found[Role]:
    """List the roles that members of an organization can have, newest first.

    Raises: OrganizationNotFound.
    Source: Clerk FAPI 2026-05-12, ListOrganizationRoles.
    """
    await ctx.allow(organization_id)
    found = await queries.OF_ORGANIZATION.search(ctx.db, search, organization_id=organization_id)
    if not found.items:
        await get_organization(ctx.db, organization_id)
    return found


@operation("roles.get", permission=Permission.ROLES_READ, raises=(RoleNotFound,), writes=False)
async def get(ctx: Context, role_id: str) -> Role:
    """Read one role.

    Raises: RoleNotFound.
    Source: Clerk BAPI 2025-11-10, GetOrganizationRole.
    """
    await ctx.allow()
    return await queries.get_role(ctx.db, role_id)


@operation(
    "roles.create", permission=Permission.ROLES_MANAGE, raises=(RoleKeyTaken, PermissionNotFound)
)
async def create(ctx: Context, new: NewRole) -> Role:
    """Make a role.

    Its key is `org:` and lower case letters, digits and underscores.
    Raises: RoleKeyTaken; PermissionNotFound.
    Announces: RoleCreated.
    Source: Clerk BAPI 2025-11-10, CreateOrganizationRole.
    """
    await ctx.allow()
    row = RoleRow(
        id=ctx.new_id("role_"),
        key=_checked_key(new.key),
        name=checked_text(new.name, "name"),
        description=checked_description(new.description),
        is_creator_eligible=False,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    held = await permission_queries.get_permissions(ctx.db, new.permissions or [])
    row = dataclasses.replace(row, is_creator_eligible=_is_eligible(held))
    await ctx.db.insert(queries.INSERT, row)
    await _hold(ctx, row.id, held)
    if new.include_in_initial_role_set:
        role_set_id = await role_set_queries.lock_initial(ctx.db)
        if role_set_id is not None:
            await ctx.db.insert(role_set_queries.INSERT_ROLE, RoleSetRole(role_set_id, row.id))
    role = await queries.get_role(ctx.db, row.id)
    ctx.announce(RoleCreated(role))
    return role


@operation(
    "roles.update",
    permission=Permission.ROLES_MANAGE,
    raises=(RoleNotFound, RoleKeyTaken, PermissionNotFound, MissingCreatorPermissions),
)
async def update(ctx: Context, role_id: str, patch: RolePatch) -> Role:
    """Change a role, wherever it is in use.

    Raises: RoleNotFound; RoleKeyTaken; PermissionNotFound; MissingCreatorPermissions, when a
        role set gives the role to creators and it would hold too little for that.
    Announces: RoleUpdated.
    Source: Clerk BAPI 2025-11-10, UpdateOrganizationRole.
    """
    await ctx.allow()
    before = await queries.lock_role(ctx.db, role_id)
    ctx.expect(before.updated_at)
    changes = checked(given(patch), _checked_key)
    if "permissions" in changes:
        held = await permission_queries.get_permissions(ctx.db, changes["permissions"])
        await _check_creators(ctx, before, held)
        await ctx.db.run(queries.DELETE_PERMISSIONS, role_id=before.id)
        await _hold(ctx, before.id, held)
        changes["permissions"] = held
    return await _store(ctx, before, dataclasses.replace(before, **changes))


@operation(
    "roles.delete",
    permission=Permission.ROLES_MANAGE,
    raises=(RoleNotFound, RoleOfCreators, RoleByDefault, RoleHasMembers, RoleInInvitations),
)
async def delete(ctx: Context, role_id: str) -> Role:
    """Delete a role that nobody holds or is about to hold; role sets lose it.

    Returns: the role as it was.
    Raises: RoleNotFound; RoleOfCreators and RoleByDefault, for what a role set gives out;
        RoleHasMembers, also for a further role and for who is disabled; RoleInInvitations, also
        for join codes.
    Announces: RoleDeleted.
    Source: Clerk BAPI 2025-11-10, DeleteOrganizationRole.
    """
    await ctx.allow()
    role = await queries.lock_role(ctx.db, role_id)
    uses = await queries.get_uses(ctx.db, role.id)
    if uses.is_creator_role:
        raise RoleOfCreators
    if uses.is_default_role:
        raise RoleByDefault("role_id")
    if uses.has_members:
        raise RoleHasMembers
    if uses.has_invitations or uses.has_join_codes:
        raise RoleInInvitations
    # Whoever is given the role meanwhile is found by the foreign keys, with the same refusals.
    await ctx.db.run(queries.DELETE, role_id=role.id)
    ctx.announce(RoleDeleted(before=role))
    return role


@operation(
    "roles.assign_permission",
    permission=Permission.ROLES_MANAGE,
    raises=(RoleNotFound, PermissionNotFound, PermissionHeld),
)
async def assign_permission(ctx: Context, role_id: str, permission_id: str) -> Role:
    """Let a role hold one more permission.

    Raises: RoleNotFound; PermissionNotFound; PermissionHeld, when it holds it already.
    Announces: RoleUpdated.
    Source: Clerk BAPI 2025-11-10, AssignPermissionToOrganizationRole.
    """
    await ctx.allow()
    before = await queries.lock_role(ctx.db, role_id)
    permission = await permission_queries.get_permission(ctx.db, permission_id)
    await ctx.db.insert(queries.INSERT_ROLE_PERMISSION, RolePermission(before.id, permission.id))
    return await _store(
        ctx, before, dataclasses.replace(before, permissions=(*before.permissions, permission))
    )


@operation(
    "roles.remove_permission",
    permission=Permission.ROLES_MANAGE,
    raises=(RoleNotFound, PermissionNotFound, PermissionNotHeld, MissingCreatorPermissions),
)
async def remove_permission(ctx: Context, role_id: str, permission_id: str) -> Role:
    """Let a role no longer hold a permission.

    Raises: RoleNotFound; PermissionNotFound; PermissionNotHeld; MissingCreatorPermissions, when
        a role set gives the role to creators and it would hold too little for that.
    Announces: RoleUpdated.
    Source: Clerk BAPI 2025-11-10, RemovePermissionFromOrganizationRole.
    """
    await ctx.allow()
    before = await queries.lock_role(ctx.db, role_id)
    permission = await permission_queries.get_permission(ctx.db, permission_id)
    left = tuple(each for each in before.permissions if each.id != permission.id)
    if len(left) == len(before.permissions):
        raise PermissionNotHeld("permission_id")
    await _check_creators(ctx, before, left)
    await ctx.db.run(queries.DELETE_PERMISSION, role_id=before.id, permission_id=permission.id)
    return await _store(ctx, before, dataclasses.replace(before, permissions=left))


async def _hold(ctx: Context, role_id: str, held: tuple[OrganizationPermission, ...]) -> None:
    rows = [RolePermission(role_id, permission.id) for permission in held]
    await ctx.db.insert_all(queries.INSERT_ROLE_PERMISSION, rows)


async def _check_creators(
    ctx: Context, role: Role, held: tuple[OrganizationPermission, ...]
) -> None:
    """Under the role's lock, which whoever makes it a creators' role takes as well."""
    if _is_eligible(held):
        return
    uses = await queries.get_uses(ctx.db, role.id)
    if uses.is_creator_role:
        raise MissingCreatorPermissions("permissions")


async def _store(ctx: Context, before: Role, after: Role) -> Role:
    after = dataclasses.replace(
        after, is_creator_eligible=_is_eligible(after.permissions), updated_at=ctx.now
    )
    await ctx.db.run(
        queries.UPDATE,
        role_id=after.id,
        name=after.name,
        key=after.key,
        description=after.description,
        is_creator_eligible=after.is_creator_eligible,
        updated_at=after.updated_at,
    )
    # Read again, so that the answer has the permissions in the order of every other answer.
    stored = await queries.get_role(ctx.db, after.id)
    ctx.announce(RoleUpdated(stored, before=before))
    return stored


def _is_eligible(held: tuple[OrganizationPermission, ...]) -> bool:
    return CREATOR_NEEDS.issubset(permission.key for permission in held)


def _checked_key(key: str) -> str:
    return checked_key(
        key, KEY, "it must be org: with lower case letters, digits and underscores behind it"
    )
