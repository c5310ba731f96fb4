"""The words of M2M tokens."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from charter.kernel.errors import DomainError, Kind
from charter.kernel.events import Event

TOKEN_PREFIX = "mt_"  # noqa: S105  # the prefix of one, for scanners
LONGEST_REASON = 255


class TokenFormat(StrEnum):
    """Whether a token says nothing and is looked up, or is signed and says it all."""

    OPAQUE = "opaque"
    JWT = "jwt"


@dataclass(frozen=True, slots=True)
class M2mToken:
    """A token of a machine, without what is shown. scopes: ids of the machines that take it."""

    id: str
    machine_id: str
    claims: Any
    scopes: tuple[str, ...]
    expires_at: datetime
    revoked_at: datetime | None
    revocation_reason: str | None
    last_used_at: datetime | None
    created_at: datetime
    updated_at: datetime

    def is_expired_at(self, now: datetime) -> bool:
        """Whether its time is over."""
        return self.expires_at <= now


@dataclass(frozen=True, slots=True)
class M2mTokenRow:
    """An opaque token on its way into its table."""

    id: str
    machine_id: str
    claims: Any
    scopes: list[str]
    digest: bytes = field(repr=False)
    sealed_secret: bytes = field(repr=False)
    expires_at: datetime
    revoked_at: datetime | None
    revocation_reason: str | None
    last_used_at: datetime | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class M2mTokenMade:
    """A token with what is shown."""

    token: M2mToken
    secret: str = field(repr=False)

    @property
    def updated_at(self) -> datetime:
        """When the token was last changed."""
        return self.token.updated_at


@dataclass(frozen=True, slots=True, kw_only=True)
class NewM2mToken:
    """What a token is made of.

    claims: any JSON value of up to 8 KiB; an object where the token is signed.
    seconds_until_expiration: 1 to 315360000; the machine's own where it is None.
    min_remaining_ttl_seconds: gives an opaque token that is there already, with the same claims
    and scopes, if it lives so long; less than the life that is asked for.
    """

    token_format: TokenFormat = TokenFormat.OPAQUE
    seconds_until_expiration: int | None = None
    claims: Any = None
    min_remaining_ttl_seconds: int | None = None


class M2mTokenNotFound(DomainError):
    """There is no such token, or it is another machine's."""

    kind, code = Kind.NOT_FOUND, "m2m_token_not_found"
    message = "No M2M token has this id."


class M2mTokenInvalid(DomainError):
    """What was shown is no token that holds here."""

    kind, code = Kind.NOT_FOUND, "m2m_token_invalid"
    message = "This is no M2M token for this machine, or it was revoked or has expired."
    parameter = "token"


class M2mClaimReserved(DomainError):
    """A signed token says this itself."""

    kind, code = Kind.INVALID, "m2m_claim_reserved"
    message = "A signed token says {name} itself."
    parameter = "claims"


class RemainderTooLong(DomainError):
    """No token that is made now could live on for so long."""

    kind, code = Kind.INVALID, "remainder_too_long"
    message = "It must be less than the life of a token, which is {seconds} seconds."
    parameter = "min_remaining_ttl_seconds"


class M2mTokenCreated(Event):
    """A machine has a token."""

    name = "m2mToken.created"


class M2mTokenRevoked(Event):
    """A token was revoked."""

    name = "m2mToken.revoked"
