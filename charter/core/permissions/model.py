"""The words of permissions that roles hold."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from charter.kernel.errors import DomainError, Kind
from charter.kernel.events import Event


class PermissionType(StrEnum):
    """Who decides by it: this server, or the app."""

    SYSTEM = "system"
    USER = "user"


@dataclass(frozen=True, slots=True)
class OrganizationPermission:
    """What a role may hold; `key` is `org:<feature>:<action>`."""

    id: str
    key: str
    name: str
    description: str
    type: PermissionType
    created_at: datetime
    updated_at: datetime


class PermissionNotFound(DomainError):
    """There is no such permission."""

    kind, code = Kind.NOT_FOUND, "permission_not_found"
    message = "No permission has this id."


class PermissionCreated(Event):
    """A permission was made."""

    name = "permission.created"


class PermissionUpdated(Event):
    """A permission was changed."""

    name = "permission.updated"


class PermissionDeleted(Event):
    """A permission was deleted."""

    name = "permission.deleted"
