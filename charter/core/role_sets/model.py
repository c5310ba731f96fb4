"""The words of role sets."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from charter.core.named import fields_of
from charter.core.role_sets.tables import role_sets
from charter.kernel.errors import DomainError, Kind
from charter.kernel.events import Event
from charter.kernel.patch import UNSET, Unset

PREFIX = "role_set:"
KEY = re.compile(r"role_set:[a-z0-9_]+")
MOST_ROLES = 10
"""Roles that one call may add."""
FIELDS = fields_of(role_sets)


class RoleSetType(StrEnum):
    """Whether new organizations get it by default."""

    INITIAL = "initial"
    CUSTOM = "custom"


@dataclass(frozen=True, slots=True)
class RoleInRoleSet:
    """A role in a set; `members_count` counts those who hold it in organizations of the set."""

    id: str
    key: str
    name: str
    description: str | None
    members_count: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class RoleSet:
    """Which roles an organization may use, and what its creator and new members get."""

    id: str
    key: str
    name: str
    description: str | None
    type: RoleSetType
    default_role_id: str | None
    creator_role_id: str | None
    roles: tuple[RoleInRoleSet, ...]
    created_at: datetime
    updated_at: datetime

    def role(self, role_id: str | None) -> RoleInRoleSet | None:
        """The role of this id in the set."""
        return next((role for role in self.roles if role.id == role_id), None)

    def role_by_key(self, key: str) -> RoleInRoleSet | None:
        """The role of this key in the set."""
        return next((role for role in self.roles if role.key == key), None)


@dataclass(frozen=True, slots=True)
class RoleSetRow:
    """A role set on its way into its table."""

    id: str
    key: str
    name: str
    description: str | None
    type: RoleSetType
    default_role_id: str | None
    creator_role_id: str | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class RoleSetRole:
    """That a role is in a set."""

    role_set_id: str
    role_id: str


@dataclass(frozen=True, slots=True)
class Migration:
    """How members got other roles: from role keys to role keys, all in one transaction."""

    id: str
    source_role_set_id: str
    dest_role_set_id: str
    trigger_type: str
    migrated_members: int
    mappings: dict[str, str]
    completed_at: datetime


@dataclass(frozen=True, slots=True)
class MigratedRoleSet:
    """A role set after members in it got another role."""

    role_set: RoleSet
    migration: Migration


@dataclass(frozen=True, slots=True)
class NewRoleSet:
    """A role set to be made; roles are named by their keys."""

    name: str
    default_role_key: str
    creator_role_key: str
    roles: list[str]
    key: str | None = None
    description: str | None = None
    type: RoleSetType = RoleSetType.CUSTOM


@dataclass(frozen=True, slots=True)
class RoleSetPatch:
    """What to change of a role set. Of all but the description, None changes nothing."""

    name: str | Unset | None = UNSET
    key: str | Unset | None = UNSET
    description: str | Unset | None = UNSET
    type: RoleSetType | Unset | None = UNSET
    default_role_key: str | Unset | None = UNSET
    creator_role_key: str | Unset | None = UNSET


class RoleSetNotFound(DomainError):
    """There is no such role set."""

    kind, code = Kind.NOT_FOUND, "role_set_not_found"
    message = "No role set has this id or key."
    parameter = "role_set"


class RoleSetKeyTaken(DomainError):
    """Another role set of the instance has this key."""

    kind, code = Kind.UNPROCESSABLE, "role_set_key_taken"
    message = "Another role set has this key."
    parameter = "key"


class RoleNotInSet(DomainError):
    """The default and the creators' role of a set have to be in it."""

    kind, code = Kind.UNPROCESSABLE, "role_not_in_set"
    message = "The role {role_key} is not in the role set."


class MappingsMissing(DomainError):
    """Members hold roles that the new role set lacks; `role_keys` names them."""

    kind, code = Kind.UNPROCESSABLE, "mappings_missing"
    message = "Members hold roles that the new role set does not have."


class MappingInvalid(DomainError):
    """A mapping leads from a role outside the old set, or to one outside the new."""

    kind, code = Kind.UNPROCESSABLE, "mapping_invalid"
    message = "The mapping of {role_key} does not lead from the old role set into the new one."


class RoleSetCreated(Event):
    """A role set was made."""

    name = "roleSet.created"


class RoleSetUpdated(Event):
    """A role set was changed."""

    name = "roleSet.updated"


class RoleSetReplaced(Event):
    """A role set gave way to another; `before` is the one that is gone."""

    name = "roleSet.replaced"
