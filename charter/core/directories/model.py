"""The words of directories."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from charter.core.enterprise_connections.model import CustomAttribute
from charter.core.roles.model import Role
from charter.kernel.errors import DomainError, Kind
from charter.kernel.events import Event
from charter.kernel.patch import UNSET, Unset

KEY_PREFIX = "scim_"
KEY_SECRET_BYTES = 32
OVERLAP_SECONDS = 3600
"""How long the key before holds on after a rotation, so that provisioning goes on meanwhile."""
MOST_MAPPED_GROUPS = 500
MOST_ATTRIBUTES = 100
LONGEST_NAME = 255
HIGHEST_PRECEDENCE = 1_000_000
USUAL_MAPPING = {
    "user_id": "externalId",
    "email_address": "userName",
    "first_name": "name.givenName",
    "last_name": "name.familyName",
}
"""Where attributes of a user stand in a resource of a directory, until somebody says otherwise."""


@dataclass(frozen=True, slots=True)
class Directory:
    """A directory. attribute_mapping: where attributes of a user stand in its resources.

    organization_id, custom_attributes: of its connection.
    """

    id: str
    connection_id: str
    name: str
    provider: str
    is_enabled: bool
    maps_groups: bool
    attribute_mapping: dict[str, str]
    created_at: datetime
    updated_at: datetime
    organization_id: str | None
    custom_attributes: tuple[CustomAttribute, ...]


@dataclass(frozen=True, slots=True)
class DirectoryRow:
    """A directory on its way into its table."""

    id: str
    connection_id: str
    name: str
    provider: str
    is_enabled: bool
    maps_groups: bool
    attribute_mapping: dict[str, str]
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class DirectoryKeyRow:
    """A key of a directory on its way into its table; one without an end is the current one."""

    id: str
    directory_id: str
    digest: bytes = field(repr=False)
    created_at: datetime
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class GroupMapping:
    """That members of a group have a role. The lowest precedence counts, from 1."""

    id: str
    directory_id: str
    group_id: str
    group_name: str
    precedence: int
    created_at: datetime
    updated_at: datetime
    role: Role


@dataclass(frozen=True, slots=True)
class GroupMappingRow:
    """A mapping on its way into its table."""

    id: str
    directory_id: str
    group_id: str
    group_name: str
    role_id: str
    precedence: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class DirectoryWithKey:
    """A directory with a key, which is shown this once and kept nowhere."""

    directory: Directory
    key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class RotatedKey:
    """What an event says of a new key: whose it is, and until when the one before holds."""

    id: str
    organization_id: str | None
    previous_until: datetime


@dataclass(frozen=True, slots=True)
class NewGroupMapping:
    """A mapping to be made. precedence: None is the place in the list, from 1."""

    group_id: str
    role_id: str
    group_name: str = ""
    precedence: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDirectory:
    """What a directory is made of.

    provider: such as okta, up to 64 lower-case letters, digits and lines. name: that of the
    connection where it is None. group_mappings: up to 500; with some, they are in force.
    """

    connection_id: str
    provider: str
    name: str | None = None
    group_mappings: Sequence[NewGroupMapping] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryPatch:
    """What changes of a directory; the rest stays. None in the mapping takes an attribute out."""

    name: str | Unset = UNSET
    provider: str | Unset = UNSET
    is_enabled: bool | Unset = UNSET
    maps_groups: bool | Unset = UNSET
    attribute_mapping: Mapping[str, str | None] | Unset = UNSET


class DirectoryNotFound(DomainError):
    """There is no such directory."""

    kind, code = Kind.NOT_FOUND, "directory_not_found"
    message = "No directory has this id."


class DirectoryConnectionUsed(DomainError):
    """The connection has a directory already."""

    kind, code = Kind.UNPROCESSABLE, "directory_connection_used"
    message = "This enterprise connection has a directory already."
    parameter = "enterprise_connection_id"


class DirectoryOrganizationUsed(DomainError):
    """Another directory provisions the people of the organization."""

    kind, code = Kind.INVALID, "directory_organization_used"
    message = "The organization of this enterprise connection has a directory already."
    parameter = "enterprise_connection_id"


class DirectoryCreated(Event):
    """A directory was made."""

    name = "directory.created"


class DirectoryUpdated(Event):
    """A directory was changed."""

    name = "directory.updated"


class DirectoryDeleted(Event):
    """A directory was taken away, and its keys with it."""

    name = "directory.deleted"


class DirectoryKeyRotated(Event):
    """A directory has a new key."""

    name = "directoryKey.rotated"
