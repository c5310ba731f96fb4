"""The words of organizations."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from charter.kernel.errors import DomainError, Kind
from charter.kernel.events import Event


class OrganizationStatus(StrEnum):
    """Whether an organization may be used."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Organization:
    """The boundary of collaboration and billing.

    `max_allowed_memberships` 0 means no limit. The two counts are None where nobody asked.
    """

    id: str
    number: int
    name: str
    slug: str | None
    parent_id: str | None
    status: OrganizationStatus
    image_key: str | None
    created_by: str | None
    max_allowed_memberships: int
    admin_delete_enabled: bool
    role_set_id: str
    role_set_key: str
    public_metadata: dict[str, Any]
    private_metadata: dict[str, Any]
    last_active_at: datetime | None
    created_at: datetime
    updated_at: datetime
    members_count: int | None
    pending_invitations_count: int | None
    is_missing_elevated_member: bool | None


class OrganizationNotFound(DomainError):
    """There is no such organization, or the caller may not know of it."""

    kind, code = Kind.NOT_FOUND, "organization_not_found"
    message = "No organization has this id or slug."


class SlugTaken(DomainError):
    """Another organization of the instance has this slug."""

    kind, code = Kind.UNPROCESSABLE, "slug_taken"
    message = "That slug is taken. Please try another."

    def __init__(self, parameter: str | None = "slug", **meta: Any) -> None:
        super().__init__(parameter, **meta)


class CreatorNotFound(DomainError):
    """The user named as creator does not exist."""

    kind, code = Kind.INVALID, "organization_creator_not_found"
    message = "The user named as creator does not exist."


class OrganizationLimitReached(DomainError):
    """The user has made as many organizations as they may."""

    kind, code = Kind.NOT_PERMITTED, "organization_quota_exceeded"
    message = "You have reached your limit of organizations."


class OrganizationCreated(Event):
    """An organization was made."""

    name = "organization.created"


class OrganizationUpdated(Event):
    """An organization was changed."""

    name = "organization.updated"


class OrganizationDeleted(Event):
    """An organization was deleted."""

    name = "organization.deleted"
