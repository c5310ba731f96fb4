"""The words of roles."""

import re
from dataclasses import dataclass
from datetime import datetime

from charter.core.named import fields_of
from charter.core.permissions.model import OrganizationPermission
from charter.core.roles.tables import roles
from charter.kernel.errors import DomainError, Kind
from charter.kernel.events import Event
from charter.kernel.patch import UNSET, Unset

KEY = re.compile(r"org:[a-z0-9_]+")
FIELDS = fields_of(roles)

CREATOR_NEEDS = frozenset(
    {"org:sys_memberships:read", "org:sys_memberships:manage", "org:sys_profile:delete"}
)
"""What a creator's role holds at least, so that an organization can always be run and ended."""


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


@dataclass(frozen=True, slots=True)
class RoleUses:
    """Where a role is in use."""

    is_creator_role: bool
    is_default_role: bool
    has_members: bool
    has_invitations: bool
    has_join_codes: bool


@dataclass(frozen=True, slots=True)
class NewRole:
    """A role to be made; `permissions` are ids. None stands for nothing said."""

    name: str
    key: str
    description: str | None = None
    permissions: list[str] | None = None
    include_in_initial_role_set: bool | None = None


@dataclass(frozen=True, slots=True)
class RolePatch:
    """What to change of a role; `permissions` are the ids of all it holds from now on.

    Of name, key and permissions, which cannot be cleared, None changes nothing.
    """

    name: str | Unset | None = UNSET
    key: str | Unset | None = UNSET
    description: str | Unset | None = UNSET
    permissions: list[str] | Unset | None = UNSET


class RoleNotFound(DomainError):
    """There is no such role, or not in the organization's role set."""

    kind, code = Kind.NOT_FOUND, "role_not_found"
    message = "No role has this id or key."
    parameter = "role"


class RoleKeyTaken(DomainError):
    """Another role of the instance has this key."""

    kind, code = Kind.UNPROCESSABLE, "role_key_taken"
    message = "Another role has this key."
    parameter = "key"


class RoleAboveOwn(DomainError):
    """Nobody grants, changes or removes a role above their own."""

    kind, code = Kind.NOT_PERMITTED, "role_above_own"
    message = "You cannot grant, change or remove a role above your own."


class MissingCreatorPermissions(DomainError):
    """A creator's role holds at least CREATOR_NEEDS."""

    kind, code = Kind.UNPROCESSABLE, "missing_creator_permissions"
    message = "The role of an organization's creator must hold: " + ", ".join(sorted(CREATOR_NEEDS))


class PermissionHeld(DomainError):
    """The role holds the permission already."""

    kind, code = Kind.CONFLICT, "permission_held"
    message = "The role holds this permission already."
    parameter = "permission_id"


class PermissionNotHeld(DomainError):
    """The role does not hold the permission."""

    kind, code = Kind.NOT_FOUND, "permission_not_held"
    message = "The role does not hold this permission."


class RoleOfCreators(DomainError):
    """The role is the one that a role set gives to creators of organizations."""

    kind, code = Kind.UNPROCESSABLE, "role_of_creators"
    message = "A role set gives this role to creators of organizations."
    parameter = "role_id"


class RoleByDefault(DomainError):
    """The role is the one that a role set gives to new members."""

    kind, code = Kind.UNPROCESSABLE, "role_by_default"
    message = "A role set gives this role to new members."


class RoleHasMembers(DomainError):
    """Somebody holds the role."""

    kind, code = Kind.UNPROCESSABLE, "role_has_members"
    message = "Members hold this role."
    parameter = "role_id"


class RoleInInvitations(DomainError):
    """An invitation or a join code gives the role."""

    kind, code = Kind.UNPROCESSABLE, "role_in_invitations"
    message = "Invitations or join codes give this role."
    parameter = "role_id"


class RoleCreated(Event):
    """A role was made."""

    name = "role.created"


class RoleUpdated(Event):
    """A role was changed."""

    name = "role.updated"


class RoleDeleted(Event):
    """A role was deleted."""

    name = "role.deleted"
