"""The words of roles."""

from dataclasses import dataclass
from datetime import datetime

from charter.core.permissions.model import OrganizationPermission
from charter.kernel.errors import DomainError, Kind
from charter.kernel.events import Event


@dataclass(frozen=True, slots=True)
class Role:
    """What a member may be called, with the permissions that it holds."""

    id: str
    key: str
    name: str
    description: str | None
    is_creator_eligible: bool
    permissions: tuple[OrganizationPermission, ...]
    created_at: datetime
    updated_at: datetime

    @property
    def permission_keys(self) -> frozenset[str]:
        """The keys of its permissions."""
        return frozenset(permission.key for permission in self.permissions)


@dataclass(frozen=True, slots=True)
class RoleRow:
    """A role on its way into its table."""

    id: str
    key: str
    name: str
    description: str | None
    is_creator_eligible: bool
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class RolePermission:
    """That a role holds a permission."""

    role_id: str
    permission_id: str


class RoleNotFound(DomainError):
    """There is no such role, or not in the organization's role set."""

    kind, code = Kind.NOT_FOUND, "role_not_found"
    message = "No role has this id or key."


class RoleAboveOwn(DomainError):
    """Nobody grants, changes or removes a role above their own."""

    kind, code = Kind.NOT_PERMITTED, "role_above_own"
    message = "A role above your own cannot be granted or changed by you."


class RoleCreated(Event):
    """A role was made."""

    name = "role.created"


class RoleUpdated(Event):
    """A role was changed."""

    name = "role.updated"


class RoleDeleted(Event):
    """A role was deleted."""

    name = "role.deleted"
