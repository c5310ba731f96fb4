"""Directories in the Backend API."""

from typing import Any, ClassVar

from msgspec import UNSET, UnsetType

from charter.core.directories import operations as directories
from charter.core.directories.model import Directory, DirectoryWithKey, NewGroupMapping
from charter.surfaces.backend.enterprise_connections import custom_attributes_out, one_of
from charter.surfaces.backend.shapes import DeletedAs, Paged, millis
from charter.wire.call import Call, In, Lists, Out, View

TAG = "Directories"


class DirectoryOut(Out):
    """A directory whose key is not shown any more."""

    KIND: ClassVar[str] = "directory"

    object: str
    id: str
    name: str
    enterprise_connection_id: str
    endpoint_url: str
    provider: str
    enabled: bool
    group_role_mapping_enabled: bool
    attribute_mapping: dict[str, str]
    custom_attributes: list[dict[str, Any]]
    api_key: str | None
    created_at: int
    updated_at: int

    @classmethod
    def of(cls, result: Directory | DirectoryWithKey, view: View) -> "DirectoryOut":
        """As this API writes it; with its key where it was just made."""
        row, key = (
            (result, None) if isinstance(result, Directory) else (result.directory, result.key)
        )
        return cls(
            object=cls.KIND,
            id=row.id,
            name=row.name,
            enterprise_connection_id=row.connection_id,
            endpoint_url=f"{view.platform.addresses.api_url}/scim/v2/{row.id}",
            provider=row.provider,
            enabled=row.is_enabled,
            group_role_mapping_enabled=row.maps_groups,
            attribute_mapping=row.attribute_mapping,
            custom_attributes=custom_attributes_out(row.custom_attributes),
            api_key=key,
            created_at=millis(row.created_at),
            updated_at=millis(row.updated_at),
        )


class GroupMappingIn(In):
    """Which role members of a group have. A group's names may come under their older names."""

    role_id: str
    directory_group_id: str | UnsetType = UNSET
    scim_group_id: str | UnsetType = UNSET
    directory_group_display_name: str | UnsetType = UNSET
    scim_group_display_name: str | UnsetType = UNSET
    precedence: int | UnsetType = UNSET


class CreateDirectory(In):
    """What a directory is made of."""

    enterprise_connection_id: str
    provider: str
    name: str | UnsetType = UNSET
    group_role_mappings: list[GroupMappingIn] | UnsetType = UNSET


class UpdateDirectory(In):
    """What changes of a directory."""

    name: str | UnsetType = UNSET
    enabled: bool | UnsetType = UNSET
    provider: str | UnsetType = UNSET
    attribute_mapping: dict[str, str | None] | UnsetType = UNSET
    group_role_mapping_enabled: bool | UnsetType = UNSET


def read_mappings(given: list[GroupMappingIn]) -> tuple[NewGroupMapping, ...]:
    """Mappings in the core's words. Raises: ValueError, for a group without or with two names."""
    found = []
    for each in given:
        group_id = one_of(
            each.directory_group_id, each.scim_group_id, "directory_group_id", "scim_group_id"
        )
        if not group_id:
            raise ValueError("directory_group_id is required")
        name = one_of(
            each.directory_group_display_name,
            each.scim_group_display_name,
            "directory_group_display_name",
            "scim_group_display_name",
        )
        precedence = None if each.precedence is UNSET else each.precedence
        found.append(NewGroupMapping(group_id, each.role_id, name or "", precedence))
    return tuple(found)


CREATE_NAMES = {
    "enterprise_connection_id": "connection_id",
    "group_role_mappings": "group_mappings",
}
UPDATE_NAMES = {"enabled": "is_enabled", "group_role_mapping_enabled": "maps_groups"}
ONE = "/directories/{directory_id}"
LISTS = Lists()

CALLS = [
    Call("GET", "/directories", directories.search, Paged(DirectoryOut), lists=LISTS, tag=TAG),
    Call(
        "POST",
        "/directories",
        directories.create,
        DirectoryOut,
        body=CreateDirectory,
        names=CREATE_NAMES,
        reads={"group_role_mappings": read_mappings},
        tag=TAG,
    ),
    Call("GET", ONE, directories.get, DirectoryOut, tag=TAG),
    Call(
        "PATCH",
        ONE,
        directories.update,
        DirectoryOut,
        body=UpdateDirectory,
        names=UPDATE_NAMES,
        tag=TAG,
    ),
    Call("DELETE", ONE, directories.delete, DeletedAs("directory"), tag=TAG),
]
