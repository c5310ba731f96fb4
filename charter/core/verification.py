"""Verification of an identifier: the words of what an address or number was proven by."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from charter.kernel.errors import DomainError, Kind, RateLimited

CODE_ATTEMPTS = 5
"""So many tries a code has."""


class VerificationStatus(StrEnum):
    """How far a proof has come."""

    UNVERIFIED = "unverified"
    VERIFIED = "verified"
    FAILED = "failed"
    EXPIRED = "expired"


FROM_OUTSIDE = "from_oauth_"
"""How the strategies begin by which an identity provider has proven an address."""


class Strategy(StrEnum):
    """By what an identifier is proven."""

    ADMIN = "admin"
    EMAIL_CODE = "email_code"
    EMAIL_LINK = "email_link"
    PHONE_CODE = "phone_code"
    TICKET = "ticket"

    @classmethod
    def _missing_(cls, value: object) -> "Strategy | None":
        """An account elsewhere: there are as many of these as instances make up."""
        if not isinstance(value, str) or not value.startswith(FROM_OUTSIDE):
            return None
        made = str.__new__(cls, value)
        made._name_, made._value_ = value.upper(), value
        return made


class ReplacementStatus(StrEnum):
    """How an administrator puts an identifier in the place of all others."""

    VERIFIED = "verified"
    """Vouched for."""
    RESERVED = "reserved"
    """Not proven; signs in, and nobody else can have it."""
    UNVERIFIED = "unverified"
    """Not proven, does not sign in, and is held for nobody."""


@dataclass(frozen=True, slots=True)
class Verification:
    """A code that was sent, and what became of it. `attempts` counts the tries so far."""

    id: str
    status: VerificationStatus
    strategy: Strategy
    attempts: int
    expires_at: datetime
    channel: str | None


class VerificationNotFound(DomainError):
    """No code was sent to this identifier under this id."""

    kind, code = Kind.NOT_FOUND, "verification_not_found"
    message = "No verification of this identifier has this id."


class VerificationAlreadyVerified(DomainError):
    """The code has done its work."""

    kind, code = Kind.INVALID, "verification_already_verified"
    message = "This verification has already been verified."


class TooManyCodes(RateLimited):
    """As many codes as may be sent to one address have been sent."""

    code = "too_many_codes"
    message = "Too many codes were sent. Wait before you ask for another."


class IdentifierNotVerified(DomainError):
    """Only a verified identifier can be primary."""

    kind, code = Kind.UNPROCESSABLE, "identifier_not_verified"
    message = "Only a verified identifier can be primary."
    parameter = "is_primary"


class LastIdentifier(DomainError):
    """A user keeps at least one thing to sign in with."""

    kind, code = Kind.CONFLICT, "last_identifier"
    message = "This is the last identifier that the user can sign in with."


class TooManyUnproven(DomainError):
    """As many identifiers as may be wait to be proven."""

    kind, code = Kind.INVALID, "too_many_unproven"
    message = "Prove or remove one of those that wait to be proven before you add another."
