"""Every SQL statement about roles."""

from sqlalchemy import Text, bindparam, func, select
from sqlalchemy.dialects.postgresql import JSON

from charter.core.permissions.tables import permissions
from charter.core.roles.model import Role
from charter.core.roles.tables import role_permissions, roles
from charter.kernel.db import INSTANCE, Statement, inserting

PERMISSIONS_OF_ROLE = (
    select(
        func.coalesce(
            func.json_agg(
                func.json_build_object(
                    *(
                        part
                        for name in (
                            "id",
                            "key",
                            "name",
                            "description",
                            "type",
                            "created_at",
                            "updated_at",
                        )
                        for part in (name, permissions.c[name])
                    )
                ),
                type_=JSON,
            ),
            "[]",
        )
    )
    .select_from(
        role_permissions.join(
            permissions,
            (permissions.c.instance_id == role_permissions.c.instance_id)
            & (permissions.c.id == role_permissions.c.permission_id),
        )
    )
    .where(
        role_permissions.c.instance_id == roles.c.instance_id,
        role_permissions.c.role_id == roles.c.id,
    )
    .correlate(roles)
    .scalar_subquery()
    .label("permissions")
)

SELECT = select(
    roles.c.id,
    roles.c.key,
    roles.c.name,
    roles.c.description,
    roles.c.is_creator_eligible,
    PERMISSIONS_OF_ROLE,
    roles.c.created_at,
    roles.c.updated_at,
).where(roles.c.instance_id == INSTANCE)

ROLE_BY_KEY = Statement(SELECT.where(roles.c.key == bindparam("key", type_=Text)), Role)
ROLE_BY_ID = Statement(SELECT.where(roles.c.id == bindparam("id", type_=Text)), Role)
ALL_ROLES = Statement(SELECT.order_by(roles.c.created_at, roles.c.id), Role)
INSERT = inserting(roles)
INSERT_ROLE_PERMISSION = inserting(role_permissions)
