"""The words of accountless applications."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from charter.core.instances.model import Instance
from charter.kernel.errors import DomainError, Kind
from charter.kernel.events import Event

PREFIX = "aapp_"
UNCLAIMED_KEPT = timedelta(days=7)
"""How long one that nobody claims is there."""


@dataclass(frozen=True, slots=True)
class AccountlessApplication:
    """That an instance was made by an SDK without any key, and what became of it since.

    source: the name of the SDK's framework, as it gives it.
    """

    id: str
    source: str | None
    claimed_at: datetime | None
    completed_at: datetime | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class AccountlessKeys:
    """An accountless application with its instance and what opens it.

    claim_token: of the link by which it is claimed, shown when it is made alone. secret_key: None
    where no living one is kept.
    """

    application: AccountlessApplication
    instance: Instance
    secret_key: str | None = field(repr=False)
    claim_token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class AccountlessShown:
    """What anybody may know of one: nothing of it is secret."""

    application: AccountlessApplication
    instance: Instance


class AccountlessApplicationNotFound(DomainError):
    """The instance was made in another way, or is gone."""

    kind, code = Kind.NOT_FOUND, "accountless_application_not_found"
    message = "This instance was not made by a keyless start."


class AccountlessApplicationUnclaimed(DomainError):
    """Nobody has claimed it yet, so its start is not complete."""

    kind, code = Kind.CONFLICT, "accountless_application_unclaimed"
    message = "The application is not claimed yet. Open its claim link first."


class KeylessStartDisabled(DomainError):
    """This server makes instances for its operator alone."""

    kind, code = Kind.NOT_PERMITTED, "keyless_start_disabled"
    message = (
        "This server has no keyless start. Its operator makes instances, or sets"
        " CHARTER_KEYLESS_START."
    )


class KeylessStartsExhausted(DomainError):
    """As many applications as the operator lets in were made by keyless starts."""

    kind, code = Kind.NOT_PERMITTED, "keyless_starts_exhausted"
    message = "This server takes no further keyless start. Its operator may let in more."


class AccountlessApplicationCreated(Event):
    """An SDK made an instance for itself."""

    name = "accountlessApplication.created"


class AccountlessApplicationClaimed(Event):
    """Somebody claimed an application, so that it stays."""

    name = "accountlessApplication.claimed"


class AccountlessApplicationCompleted(Event):
    """The app of a claimed application runs with its keys."""

    name = "accountlessApplication.completed"


class AccountlessApplicationRemoved(Event):
    """Nobody claimed an application in time: it is gone, with all that was in it."""

    name = "accountlessApplication.removed"
