"""The words of actor tokens: tickets by which somebody signs in as a user who is not them."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from charter.kernel.errors import DomainError, Kind
from charter.kernel.events import Event


class ActorTokenStatus(StrEnum):
    """How an actor token stands. Whether its time is over is told by `expires_at`."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class ActorToken:
    """A ticket by which an actor signs in once as `user_id`.

    actor: who acts, as the app names them: `sub`, and whatever else tokens of the session shall
    say of them. session_seconds: how long that session lasts at most.
    """

    id: str
    user_id: str
    actor: dict[str, Any]
    session_seconds: int
    status: ActorTokenStatus
    expires_at: datetime
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ActorTokenMade:
    """An actor token with its ticket, shown this once, and the link that carries it."""

    actor_token: ActorToken
    ticket: str = field(repr=False)
    url: str = field(repr=False)


class ActorTokenNotFound(DomainError):
    """There is no such actor token."""

    kind, code = Kind.NOT_FOUND, "actor_token_not_found"
    message = "No actor token has this id."


class ActorTokenNotPending(DomainError):
    """The token was used or revoked, so there is nothing to take back."""

    kind, code = Kind.INVALID, "actor_token_not_pending"
    message = "The actor token is not pending: it is {status}."


class ActorTokenCreated(Event):
    """A ticket to act as a user was made."""

    name = "actorToken.created"


class ActorTokenAccepted(Event):
    """A ticket to act as a user was used."""

    name = "actorToken.accepted"


class ActorTokenRevoked(Event):
    """A ticket to act as a user was taken back."""

    name = "actorToken.revoked"
