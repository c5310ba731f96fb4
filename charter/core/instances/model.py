"""The words of instances: the tenant roots and their settings."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from charter.kernel.errors import DomainError, Kind
from charter.kernel.events import Event


class Environment(StrEnum):
    """Whether an instance is for trying out or for real."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"

    @property
    def mark(self) -> str:
        """How keys name it: `test` or `live`."""
        return "test" if self is Environment.DEVELOPMENT else "live"


@dataclass(frozen=True, slots=True)
class InstanceSettings:
    """What an instance's owner may set; each has an effect named in its line."""

    max_allowed_memberships: int = 0
    """Members an organization may have when it sets nothing itself; 0: no limit."""
    password_minimum_length: int = 8
    """Characters, 8 to 72."""
    session_lifetime_seconds: int = 7 * 24 * 3600
    """From sign-in to the end of a session, whatever happens."""
    session_inactivity_seconds: int = 30 * 24 * 3600
    """From the last activity to the end of a session."""
    lockout_attempts: int = 100
    """Failed attempts in a row before a user is locked, 1 to 100."""
    lockout_seconds: int = 3600
    """How long a lock holds; 0: until it is lifted."""
    max_metadata_bytes: int = 512 * 1024
    """Size of one metadata object as JSON."""
    organization_slugs_enabled: bool = True
    """Whether an organization without a slug is given one made from its name."""


@dataclass(frozen=True, slots=True)
class Instance:
    """A pool of users with its own settings, keys and data."""

    id: str
    application_id: str
    environment: Environment
    frontend_host: str
    settings: InstanceSettings
    created_at: datetime
    updated_at: datetime
    application_name: str

    @property
    def is_development(self) -> bool:
        """Whether it is for trying out."""
        return self.environment is Environment.DEVELOPMENT

    @property
    def issuer(self) -> str:
        """The `iss` of its tokens: `https://` and the host of its publishable key."""
        return f"https://{self.frontend_host}"


@dataclass(frozen=True, slots=True)
class InstanceRow:
    """An instance on its way into its table."""

    id: str
    application_id: str
    environment: str
    frontend_host: str
    settings: dict[str, Any]
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class InstanceMade:
    """An instance with its secret key, shown this once where it is a production one."""

    instance: Instance
    secret_key: str


class InstanceNotFound(DomainError):
    """There is no such instance."""

    kind, code = Kind.NOT_FOUND, "instance_not_found"
    message = "No instance has this id."


class InstanceExists(DomainError):
    """The application already has such an instance."""

    kind, code = Kind.CONFLICT, "instance_exists"
    message = "The application already has an instance with this environment and host."


class InstanceCreated(Event):
    """An instance was made."""

    name = "instance.created"
