"""Roles of organizations, in the Backend API."""

from msgspec import UNSET, UnsetType

from charter.core.roles import operations as roles
from charter.core.roles.model import Role
from charter.surfaces.backend.organization_permissions import LISTS, FindQuery, PermissionOut
from charter.surfaces.backend.shapes import DeletedAs, Paged, millis
from charter.wire.call import Call, In, Out, View


class RoleOut(Out):
    """A role with its permissions."""

    object: str
    id: str
    name: str
    key: str
    description: str | None
    is_creator_eligible: bool
    permissions: list[PermissionOut]
    created_at: int
    updated_at: int

    @classmethod
    def of(cls, row: Role, view: View) -> "RoleOut":
        """As this API writes it."""
        return cls(
            object="role",
            id=row.id,
            name=row.name,
            key=row.key,
            description=row.description,
            is_creator_eligible=row.is_creator_eligible,
            permissions=[PermissionOut.of(each, view) for each in row.permissions],
            created_at=millis(row.created_at),
            updated_at=millis(row.updated_at),
        )


class CreateRole(In):
    """What a role is made of."""

    name: str
    key: str
    description: str | UnsetType | None = UNSET
    permissions: list[str] | UnsetType | None = UNSET
    include_in_initial_role_set: bool | UnsetType | None = UNSET


class UpdateRole(In):
    """What to change of a role."""

    name: str | UnsetType | None = UNSET
    key: str | UnsetType | None = UNSET
    description: str | UnsetType | None = UNSET
    permissions: list[str] | UnsetType | None = UNSET


TAG = "Organization Roles"
ONE = "/organization_roles/{organization_role_id}"
HELD = ONE + "/permissions/{permission_id}"
NAMES = {"organization_role_id": "role_id"}

CALLS = [
    Call(
        "GET",
        "/organization_roles",
        roles.search,
        Paged(RoleOut),
        query=FindQuery,
        lists=LISTS,
        tag=TAG,
    ),
    Call("POST", "/organization_roles", roles.create, RoleOut, body=CreateRole, tag=TAG),
    Call("GET", ONE, roles.get, RoleOut, names=NAMES, tag=TAG),
    Call("PATCH", ONE, roles.update, RoleOut, body=UpdateRole, names=NAMES, tag=TAG),
    Call("DELETE", ONE, roles.delete, DeletedAs("role"), names=NAMES, tag=TAG),
    Call("POST", HELD, roles.assign_permission, RoleOut, names=NAMES, tag=TAG),
    Call("DELETE", HELD, roles.remove_permission, RoleOut, names=NAMES, tag=TAG),
]
