"""The words of grants: one-time proofs, each bound to a purpose and a subject."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum, auto
from typing import Any

from charter.kernel.errors import DomainError, Kind


class Purpose(StrEnum):
    """What a grant is for. One made for one purpose is unknown to every other."""

    INVITATION = auto()
    ORGANIZATION_INVITATION = auto()
    JOIN_CODE = auto()
    SIGN_IN_TOKEN = auto()
    ACTOR_TOKEN = auto()
    ADMIN_PORTAL_LINK = auto()
    ADDRESS_UNDO = auto()
    EMAIL_CODE = auto()
    PHONE_CODE = auto()
    CHECK_CODE = auto()
    CHECK_LINK = auto()
    DOMAIN_RECORD = auto()
    APPLICATION_CLAIM = auto()
    OAUTH_STATE = auto()
    OAUTH_ANSWER = auto()
    """What a provider said to a phone's browser, for the app on it that asked."""
    OAUTH_TRANSFER = auto()
    """An identity proven elsewhere that waits to be taken over by the other flow."""
    PASSKEY_REGISTRATION = auto()
    PASSKEY_PROOF = auto()
    WEB3_PROOF = auto()
    HANDSHAKE = auto()
    SATELLITE_LINK = auto()
    OAUTH_CODE = auto()
    """What an OAuth application trades for its first tokens."""
    OAUTH_REFRESH = auto()
    ACCOUNT_SIGN_IN = auto()
    """A mailed link that signs in at a client."""
    ACCOUNT_RESET = auto()
    """A mailed link to a new password."""
    ACCOUNT_PROOF = auto()
    """A mailed link that proves an address."""
    ACCOUNT_REFRESH = auto()
    """As OAUTH_REFRESH, for account tokens."""
    DEVICE_CODE = auto()
    """What a device shows that waits for its person."""
    DEVICE_USER_CODE = auto()
    """What the person types for it."""
    ASSERTION = auto()
    """Says that a proof that is good once was shown; never usable."""
    AGENT_TASK = auto()
    SESSION_REFRESH = auto()
    SESSION_REFRESHED = auto()
    """Says that an expired token was traded for a new one; never usable."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A proof at rest, without its digest.

    `subject_id` is what it is about, `client_id` the browser it is bound to, if any. `max_uses`
    None means no limit. `attempts_left` is what wrong tries of a short code may still cost; None
    for secrets too long to be guessed.
    """

    id: str
    purpose: Purpose
    subject_id: str
    client_id: str | None
    facts: dict[str, Any]
    max_uses: int | None
    uses: int
    attempts_left: int | None
    expires_at: datetime | None
    revoked_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class GrantRow:
    """A grant on its way into its table."""

    id: str
    purpose: Purpose
    subject_id: str
    client_id: str | None
    digest: bytes = field(repr=False)
    facts: dict[str, Any]
    max_uses: int | None
    uses: int
    attempts_left: int | None
    expires_at: datetime | None
    revoked_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class IssuedGrant:
    """A grant just made. The secret, or the short code, is nowhere else."""

    id: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Attempt:
    """What became of a short code. `grant` is the grant, spent, when the code was right."""

    is_right: bool
    attempts_left: int
    grant: Grant | None


class GrantInvalid(DomainError):
    """There is no such grant for this purpose, in this browser."""

    kind, code = Kind.NOT_FOUND, "grant_invalid"
    message = "The code or link is not valid."


class GrantSpent(DomainError):
    """It was used as often as it may be."""

    kind, code = Kind.CONFLICT, "grant_spent"
    message = "The code or link has been used already."


class GrantExhausted(GrantSpent):
    """Too many wrong codes were tried."""

    code = "grant_exhausted"
    message = "Too many wrong codes were tried. Ask for a new one."


class GrantExpired(DomainError):
    """Its time is over."""

    kind, code = Kind.GONE, "grant_expired"
    message = "The code or link has expired."


class GrantRevoked(DomainError):
    """It was taken back."""

    kind, code = Kind.GONE, "grant_revoked"
    message = "The code or link has been revoked."


GRANT_ERRORS = (GrantInvalid, GrantSpent, GrantExpired, GrantRevoked)
"""What spending a grant may raise."""
