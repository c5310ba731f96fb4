"""The words of permissions that roles hold."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from charter.core.named import fields_of
from charter.core.permissions.tables import permissions
from charter.kernel.errors import DomainError, Kind
from charter.kernel.events import Event
from charter.kernel.patch import UNSET, Unset

KEY = re.compile(r"org:[a-z0-9_]+:[a-z0-9_]+")
SYSTEM_PREFIX = "org:sys_"
FIELDS = fields_of(permissions)


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


@dataclass(frozen=True, slots=True)
class PermissionPatch:
    """What to change of a permission."""

    name: str | Unset = UNSET
    key: str | Unset = UNSET
    description: str | Unset = UNSET


class PermissionNotFound(DomainError):
    """There is no such permission."""

    kind, code = Kind.NOT_FOUND, "permission_not_found"
    message = "No permission has this id."
    parameter = "permissions"


class PermissionKeyTaken(DomainError):
    """Another permission of the instance has this key."""

    kind, code = Kind.UNPROCESSABLE, "permission_key_taken"
    message = "Another permission has this key."
    parameter = "key"


class SystemPermission(DomainError):
    """The server itself decides by this permission: it stays as it is."""

    kind, code = Kind.NOT_PERMITTED, "system_permission"
    message = "System permissions cannot be changed or deleted."


class PermissionCreated(Event):
    """A permission was made."""

    name = "permission.created"


class PermissionUpdated(Event):
    """A permission was changed."""

    name = "permission.updated"


class PermissionDeleted(Event):
    """A permission was deleted."""

    name = "permission.deleted"
