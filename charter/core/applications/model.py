"""The words of applications: the name over instances, and instances that organizations own."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from charter.core.instances.model import Environment
from charter.core.instances.settings import InstanceSettings
from charter.kernel.errors import DomainError, Kind
from charter.kernel.events import Event
from charter.kernel.patch import UNSET, Unset

LONGEST_NAME = 200
MOST_APPLICATIONS = 100
"""How many one organization may own."""


@dataclass(frozen=True, slots=True)
class Application:
    """The name over one or more instances."""

    id: str
    name: str
    owner_instance_id: str | None
    owner_organization_id: str | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class OwnedApplication:
    """An application with its one instance, as the organization that owns it sees it.

    id: that of its instance. organization_id: the owner's, in another instance; None: the operator
    made it.
    """

    id: str
    organization_id: str | None
    name: str
    environment: Environment
    frontend_host: str
    settings: InstanceSettings
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ApplicationMade:
    """A new application with its first secret key, and the key that its browsers use."""

    application: OwnedApplication
    publishable_key: str
    secret_key: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationPatch:
    """What changes of an application; the rest stays.

    name: 1 to 200 characters. settings: a merge patch (RFC 7396) of those in `settings.OWNERS`.
    """

    name: str | Unset = UNSET
    settings: dict[str, Any] | Unset = UNSET


class ApplicationHasOrganizations(DomainError):
    """An application goes when nothing is in it."""

    kind, code = Kind.CONFLICT, "application_has_organizations"
    message = "The application has organizations. Delete them first."
    parameter = "application_id"


class ApplicationLimitReached(DomainError):
    """The organization owns as many applications as one may."""

    kind, code = Kind.NOT_PERMITTED, "application_limit_reached"
    message = "An organization owns at most {limit} applications."


class ApplicationCreated(Event):
    """An organization has an application of its own."""

    name = "application.created"


class ApplicationUpdated(Event):
    """An application was changed by who owns it."""

    name = "application.updated"


class ApplicationDeleted(Event):
    """An application is gone, with its people and all else that was in it."""

    name = "application.deleted"
