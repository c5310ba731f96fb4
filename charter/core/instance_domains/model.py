"""The words of domains of instances: the primary one, and satellites that share its sessions."""

from dataclasses import dataclass
from datetime import datetime

from charter.kernel.errors import DomainError, Kind
from charter.kernel.events import Event
from charter.kernel.patch import UNSET, Unset

PREFIX = "dmn_"
MOST_SATELLITES = 100
"""Of an instance: each of its processes keeps them all at hand."""


@dataclass(frozen=True, slots=True)
class InstanceDomain:
    """A domain of an instance. There is one that is no satellite: the primary.

    name: in lower-case ASCII, in development with a port where one was given. is_secondary:
    whether a part before the registrable domain belongs to its name. frontend_host: where its
    Frontend API is reached. held_host: the same, where nobody else may have it: in production.
    home_origin: where the app is, as somebody said it. proxy_url: what the app forwards to the
    Frontend API, without a slash at its end.
    """

    id: str
    name: str
    is_satellite: bool
    is_secondary: bool
    frontend_host: str
    held_host: str | None
    home_origin: str | None
    proxy_url: str | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceDomainPatch:
    """What changes of a domain. Null takes a proxy away, and keeps a name."""

    name: str | Unset | None = UNSET
    proxy_url: str | Unset | None = UNSET
    is_secondary: bool | Unset | None = UNSET


class InstanceDomainNotFound(DomainError):
    """The instance has no such domain."""

    kind, code = Kind.NOT_FOUND, "instance_domain_not_found"
    message = "No domain has this id."


class InstanceDomainInvalid(DomainError):
    """The text is no domain, or none that this instance can have."""

    kind, code = Kind.UNPROCESSABLE, "instance_domain_invalid"
    message = "{parameter} {reason}."
    parameter = "name"


class HostingDomain(DomainError):
    """The domain is a hoster's: its records are not the app's to set."""

    kind, code = Kind.UNPROCESSABLE, "hosting_domain"
    message = "{parameter} is a domain that anybody may have pages on; use a domain of your own."
    parameter = "name"


class HomeUrlTaken(DomainError):
    """The domain is in use."""

    kind, code = Kind.UNPROCESSABLE, "home_url_taken"
    message = "This domain is in use already."
    parameter = "name"


class PrimaryDomainExists(DomainError):
    """An instance has one primary domain, from its beginning."""

    kind, code = Kind.UNPROCESSABLE, "primary_domain_exists"
    message = "The instance has its primary domain; a further one must be a satellite."
    parameter = "is_satellite"


class PrimaryDomainNeeded(DomainError):
    """The primary domain stays as long as its instance."""

    kind, code = Kind.NOT_PERMITTED, "primary_domain_needed"
    message = "The primary domain of an instance cannot be deleted."


class DomainUpdateForbidden(DomainError):
    """A development instance is reached under its host as it was made, and without a proxy."""

    kind, code = Kind.INVALID, "domain_update_forbidden"
    message = "In a development instance this cannot be set: {parameter}."


class SatelliteLimitReached(DomainError):
    """The instance has as many satellites as it may."""

    kind, code = Kind.UNPROCESSABLE, "satellite_limit_reached"
    message = "An instance may have {limit} satellite domains."
    parameter = "name"


class ProductionOnly(DomainError):
    """Only a production instance has a domain that can be changed."""

    kind, code = Kind.INVALID, "production_only"
    message = "This is for production instances alone."


class ProxyConfigurationInvalid(DomainError):
    """What the address names does not forward to the Frontend API of this instance."""

    kind, code = Kind.UNPROCESSABLE, "proxy_configuration_invalid"
    message = "{parameter} {reason}."
    parameter = "proxy_url"


class SatelliteOnlyReads(DomainError):
    """People sign in and up on the primary domain; satellites take over who is signed in there."""

    kind, code = Kind.NOT_PERMITTED, "satellite_only_reads"
    message = "This is not possible on a satellite domain; send people to the primary one."


class LinkTokenInvalid(DomainError):
    """The token of a link between domains is none, was used, or is another browser's."""

    kind, code = Kind.NOT_PERMITTED, "link_token_invalid"
    message = "This way between domains was used already, or was not begun in this browser."


class InstanceDomainCreated(Event):
    """A satellite domain was added."""

    name = "instanceDomain.created"


class InstanceDomainUpdated(Event):
    """A domain of an instance was changed."""

    name = "instanceDomain.updated"


class InstanceDomainDeleted(Event):
    """A satellite domain was deleted."""

    name = "instanceDomain.deleted"
