"""The words of reverifications: a person at a session shows anew who they are."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from charter.core.checks.model import Check
from charter.core.sessions.model import Session
from charter.core.sign_ins.model import Offer
from charter.core.users.model import User
from charter.kernel.errors import DomainError, Kind
from charter.kernel.events import Event

LIFETIME = timedelta(minutes=15)
"""How long one may wait for its next step."""


class Level(StrEnum):
    """Which factors are to be shown."""

    FIRST_FACTOR = "first_factor"
    SECOND_FACTOR = "second_factor"
    MULTI_FACTOR = "multi_factor"
    """The first, and then the second."""


class ReverificationStatus(StrEnum):
    """What a reverification waits for."""

    NEEDS_FIRST_FACTOR = "needs_first_factor"
    NEEDS_SECOND_FACTOR = "needs_second_factor"
    COMPLETE = "complete"


@dataclass(frozen=True, slots=True)
class Reverification:
    """The one reverification of a session that runs, or ran last."""

    id: str
    session_id: str
    level: Level
    status: ReverificationStatus
    first_check: Check | None
    second_check: Check | None
    expires_at: datetime
    created_at: datetime
    updated_at: datetime

    def checked(self, check: Check, now: datetime, *, is_second: bool) -> "Reverification":
        """The reverification with the check of one of its factors."""
        if is_second:
            return replace(self, second_check=check, updated_at=now)
        return replace(self, first_check=check, updated_at=now)


@dataclass(frozen=True, slots=True)
class ReverificationProgress:
    """What became of a step. `client_token` is the browser's new one, where it got one."""

    reverification: Reverification
    session: Session
    user: User
    first_factors: tuple[Offer, ...]
    second_factors: tuple[Offer, ...]
    client_token: str | None = field(default=None, repr=False)


class ReverificationMissing(DomainError):
    """The session has no reverification that runs."""

    kind, code = Kind.INVALID, "reverification_missing"
    message = "Start a verification of this session first."


class ReverificationNotWaiting(DomainError):
    """The reverification does not wait for this step."""

    kind, code = Kind.INVALID, "reverification_not_waiting"
    message = "This verification waits for another step."


class SessionReverified(Event):
    """The person at a session has shown anew who they are."""

    name = "session.reverified"
