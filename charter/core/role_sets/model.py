"""The words of role sets."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from charter.kernel.errors import DomainError, Kind


class RoleSetType(StrEnum):
    """Whether new organizations get it by default."""

    INITIAL = "initial"
    CUSTOM = "custom"


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


class RoleSetNotFound(DomainError):
    """There is no such role set."""

    kind, code = Kind.NOT_FOUND, "role_set_not_found"
    message = "No role set has this id or key."
