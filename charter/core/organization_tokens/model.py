"""The words of organization tokens."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum, auto

from charter.kernel.errors import DomainError, Kind
from charter.kernel.events import Event


class TokenEnvironment(StrEnum):
    """Whether a token is for real or for trying out."""

    LIVE = auto()
    TEST = auto()


@dataclass(frozen=True, slots=True)
class OrganizationToken:
    """A credential that an organization owns, without what proves it."""

    id: str
    organization_id: str
    key: str
    name: str
    environment: TokenEnvironment
    permissions: tuple[str, ...]
    last_four: str
    created_by: str | None
    created_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class OrganizationTokenRow:
    """A token on its way into its table."""

    id: str
    organization_id: str
    key: str
    name: str
    environment: TokenEnvironment
    permissions: tuple[str, ...]
    digest: bytes = field(repr=False)
    sealed_secret: bytes = field(repr=False)
    last_four: str
    created_by: str | None
    created_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class OrganizationTokenMade:
    """A token just made. Its secret is shown here alone."""

    token: OrganizationToken
    secret: str = field(repr=False)

    @property
    def bearer(self) -> str:
        """What a caller shows: `<key>:<secret>`."""
        return f"{self.token.key}:{self.secret}"


class OrganizationTokenNotFound(DomainError):
    """The organization has no such token."""

    kind, code = Kind.NOT_FOUND, "organization_token_not_found"
    message = "No token has this id."


class OrganizationTokenCreated(Event):
    """A token was made."""

    name = "organizationToken.created"


class OrganizationTokenRevoked(Event):
    """A token was revoked."""

    name = "organizationToken.revoked"
