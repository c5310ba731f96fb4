"""Every SQL statement about roles."""

from typing import Any

from sqlalchemy import (
    Boolean,
    DateTime,
    Table,
    Text,
    any_,
    bindparam,
    delete,
    exists,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY

from charter.core.aggregates import gathered
from charter.core.join_codes.tables import join_codes
from charter.core.memberships.tables import (
    disabled_membership_roles,
    disabled_memberships,
    membership_roles,
    memberships,
)
from charter.core.organization_invitations.tables import organization_invitations
from charter.core.organizations.tables import organizations
from charter.core.permissions.model import OrganizationPermission, PermissionNotFound
from charter.core.permissions.tables import permissions
from charter.core.role_sets.tables import role_set_roles, role_sets
from charter.core.roles.model import (
    FIELDS,
    PermissionHeld,
    Role,
    RoleHasMembers,
    RoleInInvitations,
    RoleKeyTaken,
    RoleNotFound,
    RoleUses,
)
from charter.core.roles.tables import role_permissions, roles
from charter.core.statements import NEWEST_FIRST, columns, refers
from charter.kernel.db import INSTANCE, Db, Statement, inserting
from charter.kernel.lists import Listing

VIOLATES = {"uq_roles_key": RoleKeyTaken}
OF_MEMBERS = (memberships, membership_roles, disabled_memberships, disabled_membership_roles)
"""Where members have roles, as their primary or a further one, disabled members too."""


_permissions = gathered(
    OrganizationPermission,
    permissions,
    role_permissions.c.instance_id == roles.c.instance_id,
    role_permissions.c.role_id == roles.c.id,
    refers(role_permissions.c.permission_id, permissions),
    correlate=roles,
)

SELECT = select(*columns(Role, roles, permissions=_permissions)).where(
    roles.c.instance_id == INSTANCE
)
"""Roles with their permissions; lists add to it."""

_by_id = roles.c.id == bindparam("role_id", type_=Text)
_locking = select(roles.c.id).where(roles.c.instance_id == INSTANCE).order_by(roles.c.id)

LISTING = Listing(SELECT, Role, FIELDS, roles.c.id, order=NEWEST_FIRST)
OF_ORGANIZATION = Listing(
    SELECT.where(
        exists().where(
            organizations.c.instance_id == roles.c.instance_id,
            organizations.c.id == bindparam("organization_id", type_=Text),
            role_set_roles.c.instance_id == organizations.c.instance_id,
            role_set_roles.c.role_set_id == organizations.c.role_set_id,
            role_set_roles.c.role_id == roles.c.id,
        )
    ),
    Role,
    FIELDS,
    roles.c.id,
    order=NEWEST_FIRST,
)
ROLE = Statement(SELECT.where(_by_id), Role)
ALL_ROLES = Statement(SELECT.order_by(roles.c.created_at, roles.c.key), Role)
ROLES_BY_KEYS = Statement(
    SELECT.where(roles.c.key == any_(bindparam("keys", type_=ARRAY(Text)))), Role
)
LOCK = Statement[None](_locking.where(_by_id).with_for_update(key_share=True))
LOCK_BY_KEYS = Statement[None](
    _locking.where(roles.c.key == any_(bindparam("keys", type_=ARRAY(Text)))).with_for_update(
        key_share=True
    )
)
INSERT = inserting(roles, violates=VIOLATES)
INSERT_ROLE_PERMISSION = inserting(
    role_permissions,
    violates={
        "pk_role_permissions": PermissionHeld,
        "fk_role_permissions_instance_id_permission_id": PermissionNotFound,
    },
)
UPDATE = Statement[None](
    update(roles)
    .where(roles.c.instance_id == INSTANCE, _by_id)
    .values(
        name=bindparam("name", type_=Text),
        key=bindparam("key", type_=Text),
        description=bindparam("description", type_=Text),
        is_creator_eligible=bindparam("is_creator_eligible", type_=Boolean),
        updated_at=bindparam("updated_at", type_=DateTime(timezone=True)),
    ),
    violates=VIOLATES,
)
DELETE = Statement[None](
    delete(roles).where(roles.c.instance_id == INSTANCE, _by_id),
    violates={
        **{f"fk_{table.name}_instance_id_role_id": RoleHasMembers for table in OF_MEMBERS},
        "fk_organization_invitations_instance_id_role_id": RoleInInvitations,
        "fk_join_codes_instance_id_role_id": RoleInInvitations,
    },
)
DELETE_PERMISSIONS = Statement[None](
    delete(role_permissions).where(
        role_permissions.c.instance_id == INSTANCE,
        role_permissions.c.role_id == bindparam("role_id", type_=Text),
    )
)
DELETE_PERMISSION = Statement[None](
    delete(role_permissions).where(
        role_permissions.c.instance_id == INSTANCE,
        role_permissions.c.role_id == bindparam("role_id", type_=Text),
        role_permissions.c.permission_id == bindparam("permission_id", type_=Text),
    )
)


def _uses(table: Table, column: str) -> Any:
    return (
        exists()
        .where(table.c.instance_id == roles.c.instance_id, table.c[column] == roles.c.id)
        .correlate(roles)
    )


def _used(table: Table, column: str, name: str) -> Any:
    return _uses(table, column).label(name)


USES = Statement(
    select(
        _used(role_sets, "creator_role_id", "is_creator_role"),
        _used(role_sets, "default_role_id", "is_default_role"),
        or_(*(_uses(table, "role_id") for table in OF_MEMBERS)).label("has_members"),
        _used(organization_invitations, "role_id", "has_invitations"),
        _used(join_codes, "role_id", "has_join_codes"),
    )
    .select_from(roles)
    .where(roles.c.instance_id == INSTANCE, _by_id),
    RoleUses,
)


async def get_role(db: Db, role_id: str) -> Role:
    """The role. Raises: RoleNotFound."""
    return await db.one(ROLE, missing=RoleNotFound("role_id"), role_id=role_id)


async def lock_role(db: Db, role_id: str) -> Role:
    """The role, locked until the transaction ends. Raises: RoleNotFound."""
    await db.value(LOCK, role_id=role_id)
    return await get_role(db, role_id)


async def lock_roles(db: Db, keys: dict[str, str]) -> dict[str, Role]:
    """Roles by key, locked until the transaction ends, so that none is changed or deleted.

    keys: each role's key, with the parameter that names it.
    Raises: RoleNotFound, with the parameter whose role is missing.
    """
    await db.run(LOCK_BY_KEYS, keys=list(keys))
    found = {role.key: role for role in await db.all(ROLES_BY_KEYS, keys=list(keys))}
    for key, parameter in keys.items():
        if key not in found:
            raise RoleNotFound(parameter)
    return found


async def get_uses(db: Db, role_id: str) -> RoleUses:
    """Where the role is in use. Raises: RoleNotFound."""
    return await db.one(USES, missing=RoleNotFound("role_id"), role_id=role_id)
