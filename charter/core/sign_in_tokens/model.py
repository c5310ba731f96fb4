"""The words of sign-in tokens: tickets by which an app's server lets a user in."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from charter.kernel.errors import DomainError, Kind
from charter.kernel.events import Event


class SignInTokenStatus(StrEnum):
    """How a sign-in token stands. Whether its time is over is told by `expires_at`."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class SignInToken:
    """A ticket that signs a user in once, into `organization_id` if it names one."""

    id: str
    user_id: str
    organization_id: str | None
    status: SignInTokenStatus
    expires_at: datetime
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class SignInTokenMade:
    """A sign-in token with its ticket, shown this once, and the link that carries it."""

    sign_in_token: SignInToken
    ticket: str = field(repr=False)
    url: str = field(repr=False)


class SignInTokenNotFound(DomainError):
    """There is no such sign-in token."""

    kind, code = Kind.NOT_FOUND, "sign_in_token_not_found"
    message = "No sign-in token has this id."


class SignInTokenNotPending(DomainError):
    """The token was used or revoked, so there is nothing to take back."""

    kind, code = Kind.INVALID, "sign_in_token_not_pending"
    message = "The sign-in token is not pending: it is {status}."


class SignInTokenCreated(Event):
    """A ticket for a user was made."""

    name = "signInToken.created"


class SignInTokenRevoked(Event):
    """A ticket for a user was taken back."""

    name = "signInToken.revoked"
