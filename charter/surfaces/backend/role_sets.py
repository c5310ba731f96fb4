"""Role sets, in the Backend API."""

from enum import StrEnum

from msgspec import UNSET, UnsetType

from charter.core.role_sets import moving
from charter.core.role_sets import operations as role_sets
from charter.core.role_sets.model import (
    MigratedRoleSet,
    Migration,
    RoleInRoleSet,
    RoleSet,
    RoleSetType,
)
from charter.surfaces.backend.organization_permissions import LISTS, FindQuery
from charter.surfaces.backend.shapes import DeletedAs, Paged, millis
from charter.wire.call import Call, In, Out, View


class InitialType(StrEnum):
    """What a role set may become."""

    INITIAL = "initial"


class RoleSetItemOut(Out):
    """A role in a set."""

    object: str
    id: str
    name: str
    key: str
    description: str | None
    members_count: int
    has_members: bool
    created_at: int
    updated_at: int

    @classmethod
    def of(cls, row: RoleInRoleSet) -> "RoleSetItemOut":
        """As this API writes it."""
        return cls(
            object="role_set_item",
            id=row.id,
            name=row.name,
            key=row.key,
            description=row.description,
            members_count=row.members_count,
            has_members=row.members_count > 0,
            created_at=millis(row.created_at),
            updated_at=millis(row.updated_at),
        )


class MigrationOut(Out):
    """How members of a set got other roles."""

    object: str
    id: str
    organization_id: str | None
    instance_id: str
    source_role_set_id: str
    dest_role_set_id: str | None
    trigger_type: str
    status: str
    migrated_members: int
    mappings: dict[str, str] | None
    started_at: int | None
    completed_at: int | None
    created_at: int
    updated_at: int

    @classmethod
    def of(cls, row: Migration, view: View) -> "MigrationOut":
        """As this API writes it; it is over by the time anybody reads of it."""
        moment = millis(row.completed_at)
        return cls(
            object="role_set_migration",
            id=row.id,
            organization_id=None,
            instance_id=view.actor.instance_id,
            source_role_set_id=row.source_role_set_id,
            dest_role_set_id=row.dest_role_set_id,
            trigger_type=row.trigger_type,
            status="completed",
            migrated_members=row.migrated_members,
            mappings=row.mappings,
            started_at=moment,
            completed_at=moment,
            created_at=moment,
            updated_at=moment,
        )


class RoleSetOut(Out):
    """A role set."""

    object: str
    id: str
    name: str
    key: str
    description: str | None
    roles: list[RoleSetItemOut]
    default_role: RoleSetItemOut | None
    creator_role: RoleSetItemOut | None
    type: str
    role_set_migration: MigrationOut | None
    created_at: int
    updated_at: int

    @classmethod
    def of(cls, result: RoleSet | MigratedRoleSet, view: View) -> "RoleSetOut":
        """As this API writes it, with the migration that the call itself carried out."""
        migration = None
        row = result
        if isinstance(row, MigratedRoleSet):
            migration, row = MigrationOut.of(row.migration, view), row.role_set
        items = {each.id: RoleSetItemOut.of(each) for each in row.roles}
        return cls(
            object="role_set",
            id=row.id,
            name=row.name,
            key=row.key,
            description=row.description,
            roles=list(items.values()),
            default_role=items.get(row.default_role_id or ""),
            creator_role=items.get(row.creator_role_id or ""),
            type=row.type.value,
            role_set_migration=migration,
            created_at=millis(row.created_at),
            updated_at=millis(row.updated_at),
        )


class CreateRoleSet(In):
    """What a role set is made of."""

    name: str
    default_role_key: str
    creator_role_key: str
    roles: list[str]
    key: str | UnsetType = UNSET
    description: str | UnsetType | None = UNSET
    type: RoleSetType | UnsetType = UNSET


class UpdateRoleSet(In):
    """What to change of a role set."""

    name: str | UnsetType | None = UNSET
    key: str | UnsetType | None = UNSET
    description: str | UnsetType | None = UNSET
    type: InitialType | UnsetType | None = UNSET
    default_role_key: str | UnsetType | None = UNSET
    creator_role_key: str | UnsetType | None = UNSET


class ReplaceRoleSet(In):
    """The role set that takes over, and what its roles take over from."""

    dest_role_set_key: str
    reassignment_mappings: dict[str, str] | UnsetType = UNSET


class AddRoles(In):
    """Roles for a set."""

    role_keys: list[str]
    default_role_key: str | UnsetType = UNSET
    creator_role_key: str | UnsetType = UNSET


class ReplaceRole(In):
    """The role that leaves a set, and the one that takes over."""

    role_key: str
    to_role_key: str


def read_type(kind: InitialType | None) -> RoleSetType | None:
    """The core's word for a type."""
    return None if kind is None else RoleSetType(kind.value)


TAG = "Role Sets"
ONE = "/role_sets/{role_set_key_or_id}"
NAMES = {"role_set_key_or_id": "role_set"}

CALLS = [
    Call(
        "GET",
        "/role_sets",
        role_sets.search,
        Paged(RoleSetOut),
        query=FindQuery,
        lists=LISTS,
        tag=TAG,
    ),
    Call("POST", "/role_sets", role_sets.create, RoleSetOut, body=CreateRoleSet, tag=TAG),
    Call("GET", ONE, role_sets.get, RoleSetOut, names=NAMES, tag=TAG),
    Call(
        "PATCH",
        ONE,
        role_sets.update,
        RoleSetOut,
        body=UpdateRoleSet,
        names=NAMES,
        reads={"type": read_type},
        tag=TAG,
    ),
    Call(
        "POST",
        ONE + "/replace",
        moving.replace,
        DeletedAs("role_set"),
        body=ReplaceRoleSet,
        names=NAMES,
        tag=TAG,
    ),
    Call(
        "POST", ONE + "/roles", role_sets.add_roles, RoleSetOut, body=AddRoles, names=NAMES, tag=TAG
    ),
    Call(
        "POST",
        ONE + "/roles/replace",
        moving.replace_role,
        RoleSetOut,
        body=ReplaceRole,
        names=NAMES,
        tag=TAG,
    ),
]
