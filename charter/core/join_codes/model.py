"""The words of join codes."""

from dataclasses import dataclass, field
from datetime import datetime

from charter.core.memberships.model import Membership
from charter.kernel.errors import DomainError, Kind
from charter.kernel.events import Event

SECRET_PREFIX = "join_"  # noqa: S105  # what scanners look for, not a secret
MOST_USES = 2**31 - 1


@dataclass(frozen=True, slots=True)
class JoinCode:
    """A code by which users join an organization. `max_uses` None means no limit."""

    id: str
    organization_id: str
    role_id: str
    role_key: str
    role_name: str
    last_four: str
    max_uses: int | None
    uses: int
    created_by: str | None
    revoked_at: datetime | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class JoinCodeRow:
    """A join code on its way into its table."""

    id: str
    organization_id: str
    role_id: str
    last_four: str
    max_uses: int | None
    created_by: str | None
    revoked_at: datetime | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class JoinCodeMade:
    """A join code just made. The code itself is shown here alone."""

    join_code: JoinCode
    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Joined:
    """What became of somebody who showed a code."""

    membership: Membership
    already_member: bool


class JoinCodeNotFound(DomainError):
    """The organization has no such join code."""

    kind, code = Kind.NOT_FOUND, "join_code_not_found"
    message = "No join code has this id."


class JoinCodeForOwner(DomainError):
    """No code may make whoever finds it an owner."""

    kind, code = Kind.NOT_PERMITTED, "join_code_for_owner"
    message = "A join code cannot give the owner's role."


class JoinCodeInvalid(DomainError):
    """The code is unknown or was revoked."""

    kind, code = Kind.NOT_FOUND, "join_code_invalid"
    message = "The join code is not valid."


class JoinCodeExhausted(DomainError):
    """The code was used as often as it may be."""

    kind, code = Kind.CONFLICT, "join_code_exhausted"
    message = "The join code has been used as often as it may be."


class JoinCodeCreated(Event):
    """A join code was made."""

    name = "joinCode.created"


class JoinCodeUsed(Event):
    """Somebody joined by a code."""

    name = "joinCode.used"


class JoinCodeRevoked(Event):
    """A join code was taken back."""

    name = "joinCode.revoked"
