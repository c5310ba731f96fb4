"""Permissions that roles hold, in the Backend API."""

from msgspec import UNSET, UnsetType

from charter.core.permissions import operations as permissions
from charter.core.permissions.model import OrganizationPermission
from charter.surfaces.backend.shapes import DeletedAs, Paged, millis
from charter.wire.call import Call, In, Lists, Out, View

LISTS = Lists(orders={name: name for name in ("created_at", "name", "key")})
"""How permissions, roles and role sets are asked for."""


class FindQuery(In):
    """A text that an id equals, or a name or key holds."""

    query: str | UnsetType = UNSET


class PermissionOut(Out):
    """A permission."""

    object: str
    id: str
    name: str
    key: str
    description: str
    type: str
    created_at: int
    updated_at: int

    @classmethod
    def of(cls, row: OrganizationPermission, _view: View) -> "PermissionOut":
        """As this API writes it."""
        return cls(
            object="permission",
            id=row.id,
            name=row.name,
            key=row.key,
            description=row.description,
            type=row.type.value,
            created_at=millis(row.created_at),
            updated_at=millis(row.updated_at),
        )


class CreatePermission(In):
    """What a permission is made of."""

    name: str
    key: str
    description: str | UnsetType = UNSET


class UpdatePermission(In):
    """What to change of a permission."""

    name: str | UnsetType = UNSET
    key: str | UnsetType = UNSET
    description: str | UnsetType = UNSET


TAG = "Organization Permissions"
ONE = "/organization_permissions/{permission_id}"

CALLS = [
    Call(
        "GET",
        "/organization_permissions",
        permissions.search,
        Paged(PermissionOut),
        query=FindQuery,
        lists=LISTS,
        tag=TAG,
    ),
    Call(
        "POST",
        "/organization_permissions",
        permissions.create,
        PermissionOut,
        body=CreatePermission,
        tag=TAG,
    ),
    Call("GET", ONE, permissions.get, PermissionOut, tag=TAG),
    Call("PATCH", ONE, permissions.update, PermissionOut, body=UpdatePermission, tag=TAG),
    Call("DELETE", ONE, permissions.delete, DeletedAs("permission"), tag=TAG),
]
