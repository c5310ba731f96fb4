"""What every instance starts with: permissions, roles and the initial role set."""

from charter.core.permissions import queries as permission_queries
from charter.core.permissions.model import OrganizationPermission, PermissionType
from charter.core.role_sets import queries as role_set_queries
from charter.core.role_sets.model import RoleSetRole, RoleSetRow, RoleSetType
from charter.core.roles import queries as role_queries
from charter.core.roles.model import RolePermission, RoleRow
from charter.core.vocabulary import CREATOR_ROLE, DEFAULT_ROLES, MEMBER_ROLE, SYSTEM_PERMISSIONS
from charter.kernel.operation import Context

INITIAL_ROLE_SET = "role_set:default"


async def seed(ctx: Context) -> None:
    """Insert the default roles of a new instance. They are part of its making: no events."""
    permissions = {
        key: OrganizationPermission(
            id=ctx.new_id("perm_"),
            key=key,
            name=name,
            description=f"{name}.",
            type=PermissionType.SYSTEM,
            created_at=ctx.now,
            updated_at=ctx.now,
        )
        for key, name in SYSTEM_PERMISSIONS.items()
    }
    roles = {
        key: RoleRow(
            id=ctx.new_id("role_"),
            key=key,
            name=name,
            description=None,
            is_creator_eligible=key == CREATOR_ROLE,
            created_at=ctx.now,
            updated_at=ctx.now,
        )
        for key, (name, _held) in DEFAULT_ROLES.items()
    }
    role_set = RoleSetRow(
        id=ctx.new_id("rset_"),
        key=INITIAL_ROLE_SET,
        name="Default role set",
        description=None,
        type=RoleSetType.INITIAL,
        default_role_id=roles[MEMBER_ROLE].id,
        creator_role_id=roles[CREATOR_ROLE].id,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    held = [
        RolePermission(roles[key].id, permissions[permission].id)
        for key, (_name, keys) in DEFAULT_ROLES.items()
        for permission in keys
    ]
    await ctx.db.insert_all(permission_queries.INSERT, permissions.values())
    await ctx.db.insert_all(role_queries.INSERT, roles.values())
    await ctx.db.insert_all(role_queries.INSERT_ROLE_PERMISSION, held)
    await ctx.db.insert(role_set_queries.INSERT, role_set)
    await ctx.db.insert_all(
        role_set_queries.INSERT_ROLE, [RoleSetRole(role_set.id, role.id) for role in roles.values()]
    )
