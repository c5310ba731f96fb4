"""The words of the waitlist."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, auto

from charter.core.invitations.model import Invitation
from charter.kernel.errors import DomainError, Kind
from charter.kernel.events import Event

MOST_AT_ONCE = 50


class WaitlistStatus(StrEnum):
    """What became of an entry."""

    PENDING = auto()
    INVITED = auto()
    REJECTED = auto()
    COMPLETED = auto()
    """A user has signed up with the address."""


@dataclass(frozen=True, slots=True)
class WaitlistEntry:
    """An address that asks to be let in. `invitation` is what it was let in by, if it was."""

    id: str
    email_address: str
    status: WaitlistStatus
    invitation_id: str | None
    created_at: datetime
    updated_at: datetime
    invitation: Invitation | None


@dataclass(frozen=True, slots=True)
class WaitlistEntryRow:
    """An entry on its way into its table."""

    id: str
    email_address: str
    address_key: str
    status: WaitlistStatus
    invitation_id: str | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class NewWaitlistEntry:
    """An address to put on the list. notify: whether it is told so by mail; True for None."""

    email_address: str
    notify: bool | None = None


class WaitlistClosed(DomainError):
    """The instance keeps no waitlist."""

    kind, code = Kind.NOT_PERMITTED, "waitlist_closed"
    message = "There is no waitlist to join."


class WaitlistEntryNotFound(DomainError):
    """There is no such entry."""

    kind, code = Kind.NOT_FOUND, "waitlist_entry_not_found"
    message = "No waitlist entry has this id."


class WaitlistEntryInvited(DomainError):
    """The address was let in before."""

    kind, code = Kind.CONFLICT, "waitlist_entry_invited"
    message = "The waitlist entry has been invited already."


class WaitlistEntryRejected(DomainError):
    """The address was turned down before."""

    kind, code = Kind.CONFLICT, "waitlist_entry_rejected"
    message = "The waitlist entry has been rejected already."


class WaitlistEntriesAlike(DomainError):
    """One address stands twice among those that are to be put on the list."""

    kind, code = Kind.UNPROCESSABLE, "waitlist_entries_alike"
    message = "{email_address} stands in the list more than once."
    parameter = "email_address"


class WaitlistEntryCompleted(DomainError):
    """A user has signed up with the address."""

    kind, code = Kind.CONFLICT, "waitlist_entry_completed"
    message = "A user has signed up with this address already."


class WaitlistEntryCreated(Event):
    """An address asked to be let in."""

    name = "waitlistEntry.created"


class WaitlistEntryUpdated(Event):
    """An address was let in or turned down, or has signed up."""

    name = "waitlistEntry.updated"


class WaitlistEntryDeleted(Event):
    """An entry was taken off the list."""

    name = "waitlistEntry.deleted"
