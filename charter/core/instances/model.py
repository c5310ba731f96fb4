"""The words of instances: the tenant roots and their settings."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from charter.core.identity_providers.model import IdentityProvider
from charter.core.instances.settings import InstanceSettings
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
    redirect_urls: tuple[str, ...] = ()
    """Single addresses outside its sites that people may be sent back to, as browsers read them."""
    has_plans: bool = False
    """Whether billing was ever used, so that tokens name plans."""

    @property
    def is_development(self) -> bool:
        """Whether it is for trying out."""
        return self.environment is Environment.DEVELOPMENT

    @property
    def has_test_mode(self) -> bool:
        """Whether test addresses and numbers take a known code."""
        given = self.settings.has_test_mode
        return self.is_development if given is None else given

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
class Described:
    """What interfaces are drawn from. app_url: the app's own pages, where people go on.

    providers: those that people may sign in by now.
    """

    instance: Instance
    app_url: str
    providers: tuple[IdentityProvider, ...]


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


class InstanceUpdated(Event):
    """Settings of an instance were changed."""

    name = "instance.updated"


class InstanceReset(Event):
    """What people made in a development instance was deleted."""

    name = "instance.reset"


class InstanceCreated(Event):
    """An instance was made."""

    name = "instance.created"
