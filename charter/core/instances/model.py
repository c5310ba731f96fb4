"""The words of instances: the tenant roots and their settings."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from charter.core.identity_providers.model import IdentityProvider
from charter.core.instances.settings import InstanceSettings, PreferredStrategy
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
class InitialRoles:
    """The role set that new organizations get, with the roles of who makes one and who joins."""

    role_set_key: str
    creator_role_key: str | None
    default_role_key: str | None


@dataclass(frozen=True, slots=True)
class Satellite:
    """A domain that shares the sessions of its instance, as far as every request needs it."""

    name: str
    frontend_host: str
    proxy_url: str | None


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
    initial_roles: InitialRoles | None = None
    """None: no role set is the initial one."""
    home_origin: str | None = None
    """Where its app is, as far as somebody said so for its domain."""
    proxy_url: str | None = None
    """Where its app forwards to the Frontend API, if it does."""
    satellites: tuple[Satellite, ...] = ()
    has_plans: bool = False
    """Whether billing was ever used, so that tokens name plans."""
    is_accountless: bool = False
    """Whether an app's SDK made it for itself, by a keyless start."""
    claimed_at: datetime | None = None
    """When somebody claimed one that was made so."""

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
    def limits_addresses(self) -> bool:
        """Whether many requests from one address are refused."""
        given = self.settings.limits_addresses
        return not self.is_development if given is None else given

    @property
    def checks_browsers(self) -> bool:
        """Whether a sign-up has to bring the check of its browser."""
        sign_up = self.settings.sign_up
        return sign_up.captcha_site_key is not None and sign_up.checks_browsers

    @property
    def preferred_strategy(self) -> PreferredStrategy:
        """What a person is asked for first: the password, where there are some, unless one is set.

        What is set has an effect where a password is required.
        """
        password, chosen = self.settings.attributes.password, self.settings.sign_in
        if password.is_enabled and password.is_required and chosen.preferred_strategy is not None:
            return chosen.preferred_strategy
        return PreferredStrategy.PASSWORD if password.is_enabled else PreferredStrategy.CODE

    @property
    def issuer(self) -> str:
        """The `iss` of its tokens: `https://` and the host of its publishable key."""
        return f"https://{self.frontend_host}"

    def satellite_at(self, host: str, proxy_url: str | None = None) -> Satellite | None:
        """The satellite that a request came to, in production; None for the primary domain.

        host: as the request names it. proxy_url: the proxy that it came by.
        """
        if self.is_development:
            return None
        lowered = host.lower()
        places = (lowered, lowered.rpartition(":")[0])
        for each in self.satellites:
            if proxy_url is not None and each.proxy_url == proxy_url.rstrip("/"):
                return each
            if proxy_url is None and each.frontend_host in places:
                return each
        return None

    def satellite_named(self, name: str) -> Satellite | None:
        """The satellite of this name."""
        return next((each for each in self.satellites if each.name == name.lower()), None)


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
