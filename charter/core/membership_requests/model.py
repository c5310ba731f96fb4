"""The words of requests to become a member."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, auto

from charter.core.memberships.model import MemberProfile
from charter.kernel.errors import DomainError, Kind
from charter.kernel.events import Event


class RequestStatus(StrEnum):
    """What was decided about a request."""

    PENDING = auto()
    ACCEPTED = auto()
    REJECTED = auto()


@dataclass(frozen=True, slots=True)
class MembershipRequest:
    """A user who asks to become a member. decided_by: the member who accepted or rejected."""

    id: str
    organization_id: str
    user_id: str
    status: RequestStatus
    decided_by: str | None
    created_at: datetime
    updated_at: datetime
    user: MemberProfile


@dataclass(frozen=True, slots=True)
class MembershipRequestRow:
    """A request on its way into its table."""

    id: str
    organization_id: str
    user_id: str
    status: RequestStatus
    decided_by: str | None
    created_at: datetime
    updated_at: datetime


class MembershipRequestNotFound(DomainError):
    """No such request waits for a decision."""

    kind, code = Kind.NOT_FOUND, "membership_request_not_found"
    message = "No request with this id waits for a decision."


class MembershipRequestCreated(Event):
    """A user asked to become a member."""

    name = "organizationMembershipRequest.created"


class MembershipRequestAccepted(Event):
    """A user who asked became a member."""

    name = "organizationMembershipRequest.accepted"


class MembershipRequestRejected(Event):
    """A user who asked was turned away."""

    name = "organizationMembershipRequest.rejected"
