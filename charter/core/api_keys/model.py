"""The words of API keys."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from charter.kernel.errors import DomainError, Kind
from charter.kernel.events import Event
from charter.kernel.patch import UNSET, Unset

SECRET_PREFIX = "ak_"  # noqa: S105  # the prefix of one, for scanners
LONGEST_DESCRIPTION = 255
LONGEST_NAME = 255
MOST_SCOPES = 100
LONGEST_LIFE_SECONDS = 100 * 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class ApiKey:
    """An API key, without its secret. Its subject is a user or an organization."""

    id: str
    type: str
    user_id: str | None
    organization_id: str | None
    name: str
    description: str | None
    claims: Any
    scopes: tuple[str, ...]
    created_by: str | None
    expires_at: datetime | None
    revoked_at: datetime | None
    revocation_reason: str | None
    last_used_at: datetime | None
    created_at: datetime
    updated_at: datetime

    @property
    def subject(self) -> str:
        """The id of the user or the organization that it acts for."""
        return self.user_id or self.organization_id or ""

    def is_expired_at(self, now: datetime) -> bool:
        """Whether its time is over."""
        return self.expires_at is not None and self.expires_at <= now


@dataclass(frozen=True, slots=True)
class ApiKeyRow:
    """An API key on its way into its table."""

    id: str
    type: str
    user_id: str | None
    organization_id: str | None
    name: str
    description: str | None
    claims: Any
    scopes: list[str]
    digest: bytes = field(repr=False)
    sealed_secret: bytes = field(repr=False)
    created_by: str | None
    expires_at: datetime | None
    revoked_at: datetime | None
    revocation_reason: str | None
    last_used_at: datetime | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ApiKeyMade:
    """An API key with its secret."""

    api_key: ApiKey
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Secret:
    """The secret of an API key."""

    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewApiKey:
    """What an API key is made of.

    subject: the id of a user or an organization. name: 3 to 255 characters. claims: any JSON value.
    seconds_until_expiration: null and 0 mean never.
    """

    name: str
    subject: str
    type: str = "api_key"
    description: str | None = None
    claims: Any = None
    scopes: Sequence[str] = ()
    created_by: str | None = None
    seconds_until_expiration: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKeyPatch:
    """What changes of an API key; the rest stays. Null clears."""

    description: str | Unset | None = UNSET
    claims: Any = UNSET
    scopes: Sequence[str] | Unset | None = UNSET
    subject: str | Unset | None = UNSET
    seconds_until_expiration: int | Unset | None = UNSET


class ApiKeyNotFound(DomainError):
    """There is no such API key."""

    kind, code = Kind.NOT_FOUND, "api_key_not_found"
    message = "No API key has this id."


class ApiKeyInvalid(DomainError):
    """The secret is of no API key that holds."""

    kind, code = Kind.NOT_FOUND, "api_key_invalid"
    message = "This is no API key, or it was revoked or has expired."


class ApiKeySubjectNotFound(DomainError):
    """The subject is no user and no organization."""

    kind, code = Kind.NOT_FOUND, "api_key_subject_not_found"
    message = "No user or organization has this id."
    parameter = "subject"


class ApiKeysDisabled(DomainError):
    """The instance gives its people no API keys."""

    kind, code = Kind.INVALID, "api_keys_disabled"
    message = "API keys are not enabled here."


class ApiKeyCreated(Event):
    """An API key was made."""

    name = "apiKey.created"


class ApiKeyUpdated(Event):
    """An API key was changed."""

    name = "apiKey.updated"


class ApiKeyRevoked(Event):
    """An API key was revoked."""

    name = "apiKey.revoked"


class ApiKeyDeleted(Event):
    """An API key was deleted."""

    name = "apiKey.deleted"
