"""The words of sessions: a user signed in on a client."""

import dataclasses
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from charter.kernel.errors import DomainError, Kind
from charter.kernel.events import Event


class SessionStatus(StrEnum):
    """How a session stands. `expired` and `abandoned` are read off the clock, never stored."""

    ACTIVE = "active"
    PENDING = "pending"
    REVOKED = "revoked"
    ENDED = "ended"
    REMOVED = "removed"
    REPLACED = "replaced"
    EXPIRED = "expired"
    ABANDONED = "abandoned"

    @property
    def is_alive(self) -> bool:
        """Whether the session still stands for its user."""
        return self in (SessionStatus.ACTIVE, SessionStatus.PENDING)


@dataclass(frozen=True, slots=True)
class Session:
    """A user signed in on a client.

    `status` is the stored one; `status_at` says how the session stands. `actor` names who
    impersonates the user. `expire_at` is the end whatever happens, `abandon_at` the end without
    further activity. `needs_second_factor`: its user has to set one up before it is active.
    """

    id: str
    user_id: str
    client_id: str
    status: SessionStatus
    actor: dict[str, Any] | None
    last_active_organization_id: str | None
    latest_activity: dict[str, Any] | None
    first_factor_at: datetime | None
    second_factor_at: datetime | None
    last_active_at: datetime
    expire_at: datetime
    abandon_at: datetime
    created_at: datetime
    updated_at: datetime
    needs_second_factor: bool = False

    @property
    def impersonator(self) -> str | None:
        """The name that the app has for who acts as the user, where it is not the user."""
        return None if self.actor is None else str(self.actor.get("sub"))

    def status_at(self, now: datetime) -> SessionStatus:
        """How the session stands at a moment."""
        return status_at(self, now)

    def at(self, now: datetime) -> "Session":
        """The session with the status that it has at a moment."""
        return dataclasses.replace(self, status=self.status_at(now))


def status_at(row: Any, now: datetime) -> SessionStatus:
    """The status of a row with `status`, `expire_at` and `abandon_at` at a moment."""
    status = SessionStatus(row.status)
    if status.is_alive and row.expire_at <= now:
        return SessionStatus.EXPIRED
    if status.is_alive and row.abandon_at <= now:
        return SessionStatus.ABANDONED
    return status


class SessionNotFound(DomainError):
    """There is no such session."""

    kind, code = Kind.NOT_FOUND, "session_not_found"
    message = "No session has this id."


class SessionNotHere(DomainError):
    """The browser does not hold this session, or it has ended: its state is out of date."""

    kind, code = Kind.UNAUTHENTICATED, "session_not_here"
    message = "You are not signed in with this session."


class SessionNotActive(DomainError):
    """The session has ended, and gives no tokens any more."""

    kind, code = Kind.NOT_FOUND, "session_not_active"
    message = "The session is not active."


class UserBanned(DomainError):
    """A banned user does not sign in."""

    kind, code = Kind.NOT_PERMITTED, "user_banned"
    message = "The user is banned and cannot sign in."


class DevelopmentOnly(DomainError):
    """Something for trying out, asked of an instance that is for real."""

    kind, code = Kind.INVALID, "development_only"
    message = "This is available in development instances only."


class TemplateNotFound(DomainError):
    """There is no JWT template of this name."""

    kind, code = Kind.NOT_FOUND, "template_not_found"
    message = "No JWT template has this name."


class ServiceNotFound(DomainError):
    """Tokens for this service of somebody else's are not made here."""

    kind, code = Kind.NOT_FOUND, "service_not_found"
    message = "No tokens are made for this service."


class SessionCreated(Event):
    """A user signed in."""

    name = "session.created"


class SessionEnded(Event):
    """A user signed out, or the session was replaced by another."""

    name = "session.ended"


class SessionRemoved(Event):
    """A session was taken off its client."""

    name = "session.removed"


class SessionRevoked(Event):
    """A session was ended by somebody other than its user."""

    name = "session.revoked"


ENDINGS: dict[SessionStatus, type[Event]] = {
    SessionStatus.ENDED: SessionEnded,
    SessionStatus.REPLACED: SessionEnded,
    SessionStatus.REMOVED: SessionRemoved,
    SessionStatus.REVOKED: SessionRevoked,
}
"""The ways in which a session may end, each with what it announces."""
