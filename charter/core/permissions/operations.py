"""What can be done with permissions that roles hold."""

import dataclasses

from charter.core.named import checked, checked_key, checked_text, matching
from charter.core.permissions import queries
from charter.core.permissions.model import (
    KEY,
    SYSTEM_PREFIX,
    OrganizationPermission,
    PermissionCreated,
    PermissionDeleted,
    PermissionKeyTaken,
    PermissionNotFound,
    PermissionPatch,
    PermissionType,
    PermissionUpdated,
    SystemPermission,
)
from charter.core.vocabulary import Permission
from charter.kernel.errors import InvalidInput
from charter.kernel.lists import Found, Search
from charter.kernel.operation import Context, operation
from charter.kernel.patch import changed


@operation("permissions.search", permission=Permission.ROLES_READ, writes=False)
async def search(
    ctx: Context, search: Search, query: str | None = None
) -> Found[OrganizationPermission]:
    """List the permissions of the instance, newest first.

    query: an id as a whole, or a part of a name or key.
    Source: Clerk BAPI 2025-11-10, ListOrganizationPermissions.
    """
    await ctx.allow()
    return await queries.LISTING.search(ctx.db, matching(search, query))


@operation(
    "permissions.get", permission=Permission.ROLES_READ, raises=(PermissionNotFound,), writes=False
)
async def get(ctx: Context, permission_id: str) -> OrganizationPermission:
    """Read one permission.

    Raises: PermissionNotFound.
    Source: Clerk BAPI 2025-11-10, GetOrganizationPermission.
    """
    await ctx.allow()
    return await queries.get_permission(ctx.db, permission_id)


@operation("permissions.create", permission=Permission.ROLES_MANAGE, raises=(PermissionKeyTaken,))
async def create(
    ctx: Context, name: str, key: str, description: str = ""
) -> OrganizationPermission:
    """Make a permission that the app decides by.

    name, description: up to 256 characters. key: `org:<feature>:<action>` in lower case letters,
    digits and underscores; not `org:sys_…`.
    Raises: PermissionKeyTaken.
    Announces: PermissionCreated.
    Source: Clerk BAPI 2025-11-10, CreateOrganizationPermission.
    """
    await ctx.allow()
    permission = OrganizationPermission(
        id=ctx.new_id("perm_"),
        key=_checked_key(key),
        name=checked_text(name, "name"),
        description=checked_text(description, "description"),
        type=PermissionType.USER,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    await ctx.db.insert(queries.INSERT, permission)
    ctx.announce(PermissionCreated(permission))
    return permission


@operation(
    "permissions.update",
    permission=Permission.ROLES_MANAGE,
    raises=(PermissionNotFound, PermissionKeyTaken, SystemPermission),
)
async def update(
    ctx: Context, permission_id: str, patch: PermissionPatch
) -> OrganizationPermission:
    """Change a permission of the app.

    Raises: PermissionNotFound; PermissionKeyTaken; SystemPermission.
    Announces: PermissionUpdated.
    Source: Clerk BAPI 2025-11-10, UpdateOrganizationPermission.
    """
    await ctx.allow()
    before = await _lock_own(ctx, permission_id)
    ctx.expect(before.updated_at)
    changes = checked(changed(patch), _checked_key)
    after = dataclasses.replace(before, **changes, updated_at=ctx.now)
    await ctx.db.run(
        queries.UPDATE,
        permission_id=after.id,
        name=after.name,
        key=after.key,
        description=after.description,
        updated_at=after.updated_at,
    )
    ctx.announce(PermissionUpdated(after, before=before))
    return after


@operation(
    "permissions.delete",
    permission=Permission.ROLES_MANAGE,
    raises=(PermissionNotFound, SystemPermission),
)
async def delete(ctx: Context, permission_id: str) -> OrganizationPermission:
    """Delete a permission of the app; roles that held it hold it no longer.

    Returns: the permission as it was.
    Raises: PermissionNotFound; SystemPermission.
    Announces: PermissionDeleted.
    Source: Clerk BAPI 2025-11-10, DeleteOrganizationPermission.
    """
    await ctx.allow()
    permission = await _lock_own(ctx, permission_id)
    await ctx.db.run(queries.DELETE, permission_id=permission.id)
    ctx.announce(PermissionDeleted(before=permission))
    return permission


async def _lock_own(ctx: Context, permission_id: str) -> OrganizationPermission:
    permission = await queries.lock_permission(ctx.db, permission_id)
    if permission.type is PermissionType.SYSTEM:
        raise SystemPermission("permission_id")
    return permission


def _checked_key(key: str) -> str:
    if key.startswith(SYSTEM_PREFIX):
        raise InvalidInput("key", reason="keys that begin with org:sys_ are the server's own")
    return checked_key(
        key,
        KEY,
        "it must be org:<feature>:<action>, in lower case letters, digits and underscores",
    )
