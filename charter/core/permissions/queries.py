"""Every SQL statement about permissions."""

from sqlalchemy import DateTime, Text, any_, bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from charter.core.permissions.model import (
    FIELDS,
    OrganizationPermission,
    PermissionKeyTaken,
    PermissionNotFound,
)
from charter.core.permissions.tables import permissions
from charter.core.statements import NEWEST_FIRST, columns
from charter.kernel.db import INSTANCE, Db, Statement, inserting
from charter.kernel.lists import Listing

VIOLATES = {"uq_permissions_key": PermissionKeyTaken}

SELECT = select(*columns(OrganizationPermission, permissions)).where(
    permissions.c.instance_id == INSTANCE
)
_by_id = permissions.c.id == bindparam("permission_id", type_=Text)

LISTING = Listing(SELECT, OrganizationPermission, FIELDS, permissions.c.id, order=NEWEST_FIRST)
PERMISSION = Statement(SELECT.where(_by_id), OrganizationPermission)
LOCK = Statement(SELECT.where(_by_id).with_for_update(key_share=True), OrganizationPermission)
SEVERAL = Statement(
    SELECT.where(permissions.c.id == any_(bindparam("ids", type_=ARRAY(Text)))),
    OrganizationPermission,
)
INSERT = inserting(permissions, violates=VIOLATES)
UPDATE = Statement[None](
    update(permissions)
    .where(permissions.c.instance_id == INSTANCE, _by_id)
    .values(
        name=bindparam("name", type_=Text),
        key=bindparam("key", type_=Text),
        description=bindparam("description", type_=Text),
        updated_at=bindparam("updated_at", type_=DateTime(timezone=True)),
    ),
    violates=VIOLATES,
)
DELETE = Statement[None](delete(permissions).where(permissions.c.instance_id == INSTANCE, _by_id))


async def get_permission(db: Db, permission_id: str) -> OrganizationPermission:
    """The permission. Raises: PermissionNotFound."""
    missing = PermissionNotFound("permission_id")
    return await db.one(PERMISSION, missing=missing, permission_id=permission_id)


async def lock_permission(db: Db, permission_id: str) -> OrganizationPermission:
    """The permission, locked until the transaction ends. Raises: PermissionNotFound."""
    missing = PermissionNotFound("permission_id")
    return await db.one(LOCK, missing=missing, permission_id=permission_id)


async def get_permissions(db: Db, ids: list[str]) -> tuple[OrganizationPermission, ...]:
    """The permissions with these ids. Raises: PermissionNotFound, when one is missing."""
    found = await db.all(SEVERAL, ids=ids)
    if len(found) < len(set(ids)):
        raise PermissionNotFound
    return found
