"""SCIM directories in the Backend API: the older view of directories."""

from typing import Any, ClassVar

from msgspec import UNSET, UnsetType

from charter.core.directories import operations as directories
from charter.core.directories.model import GroupMapping, NewGroupMapping
from charter.surfaces.backend.directories import (
    CREATE_NAMES,
    LISTS,
    UPDATE_NAMES,
    DirectoryOut,
    UpdateDirectory,
)
from charter.surfaces.backend.organization_roles import RoleOut
from charter.surfaces.backend.shapes import DeletedAs, Paged, millis
from charter.wire.call import Call, In, Out, View

TAG = "SCIM Directories"


class ScimDirectoryOut(DirectoryOut):
    """A directory, under its older name."""

    KIND: ClassVar[str] = "scim_directory"


class ScimGroupMappingOut(Out):
    """Which role members of a group have."""

    object: str
    id: str
    scim_directory_id: str
    scim_group_id: str
    scim_group_display_name: str
    role: RoleOut
    precedence: int
    created_at: int
    updated_at: int

    @classmethod
    def of(cls, row: GroupMapping, view: View) -> "ScimGroupMappingOut":
        """As this API writes it."""
        return cls(
            object="scim_group_role_mapping",
            id=row.id,
            scim_directory_id=row.directory_id,
            scim_group_id=row.group_id,
            scim_group_display_name=row.group_name,
            role=RoleOut.of(row.role, view),
            precedence=row.precedence,
            created_at=millis(row.created_at),
            updated_at=millis(row.updated_at),
        )


class ScimGroupMappingIn(In):
    """Which role members of a group have."""

    scim_group_id: str
    role_id: str
    scim_group_display_name: str | UnsetType = UNSET
    precedence: int | UnsetType = UNSET


class CreateScimDirectory(In):
    """What a directory is made of."""

    enterprise_connection_id: str
    provider: str
    name: str | UnsetType = UNSET
    group_role_mappings: list[ScimGroupMappingIn] | UnsetType = UNSET


def read_mappings(given: list[ScimGroupMappingIn]) -> tuple[NewGroupMapping, ...]:
    """Mappings in the core's words."""
    return tuple(
        NewGroupMapping(
            each.scim_group_id,
            each.role_id,
            "" if each.scim_group_display_name is UNSET else each.scim_group_display_name,
            None if each.precedence is UNSET else each.precedence,
        )
        for each in given
    )


BY_ID = {"scim_directory_id": "directory_id"}
ONE = "/scim_directories/{scim_directory_id}"
READS: dict[str, Any] = {"group_role_mappings": read_mappings}

CALLS = [
    Call(
        "GET",
        "/scim_directories",
        directories.search,
        Paged(ScimDirectoryOut),
        lists=LISTS,
        tag=TAG,
    ),
    Call(
        "POST",
        "/scim_directories",
        directories.create,
        ScimDirectoryOut,
        body=CreateScimDirectory,
        names=CREATE_NAMES,
        reads=READS,
        tag=TAG,
    ),
    Call("GET", ONE, directories.get, ScimDirectoryOut, names=BY_ID, tag=TAG),
    Call(
        "PATCH",
        ONE,
        directories.update,
        ScimDirectoryOut,
        body=UpdateDirectory,
        names={**UPDATE_NAMES, **BY_ID},
        tag=TAG,
    ),
    Call("DELETE", ONE, directories.delete, DeletedAs("scim_directory"), names=BY_ID, tag=TAG),
    Call(
        "POST",
        ONE + "/rotate_api_key",
        directories.rotate_key,
        ScimDirectoryOut,
        names=BY_ID,
        tag=TAG,
    ),
    Call(
        "GET",
        ONE + "/group_role_mappings",
        directories.search_group_mappings,
        Paged(ScimGroupMappingOut),
        names=BY_ID,
        lists=LISTS,
        tag=TAG,
    ),
]
