"""The words of invitations to sign up."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum, auto
from typing import Any

from charter.kernel.errors import DomainError, Kind
from charter.kernel.events import Event

DEFAULT_DAYS = 30
MOST_DAYS = 365
MOST_AT_ONCE = 10


class InvitationStatus(StrEnum):
    """What became of an invitation. That one has expired is read off the clock."""

    PENDING = auto()
    ACCEPTED = auto()
    REVOKED = auto()
    EXPIRED = auto()


class InvitationTemplate(StrEnum):
    """Which letter goes out."""

    INVITATION = auto()
    WAITLIST_INVITATION = auto()


@dataclass(frozen=True, slots=True)
class Invitation:
    """An address asked to sign up. `public_metadata` becomes the new user's."""

    id: str
    email_address: str
    status: InvitationStatus
    redirect_url: str | None
    template_slug: InvitationTemplate
    public_metadata: dict[str, Any]
    expires_at: datetime
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class InvitationRow:
    """An invitation on its way into its table."""

    id: str
    email_address: str
    address_key: str
    status: InvitationStatus
    redirect_url: str | None
    template_slug: InvitationTemplate
    public_metadata: dict[str, Any]
    expires_at: datetime
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class InvitationMade:
    """An invitation just made. The link is shown here alone: it carries the one-time secret."""

    invitation: Invitation
    url: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class NewInvitation:
    """Whom to ask to sign up.

    `expires_in_days` is from 1 to 365, 30 where it is left out. The link is sent by mail unless
    `notify` is false. `ignore_existing` allows a second invitation of an address, and one that a
    user holds already.
    """

    email_address: str
    public_metadata: dict[str, Any] | None = None
    redirect_url: str | None = None
    notify: bool | None = None
    ignore_existing: bool | None = None
    expires_in_days: int | None = None
    template_slug: InvitationTemplate | None = None


class InvitationNotFound(DomainError):
    """There is no such invitation."""

    kind, code = Kind.NOT_FOUND, "invitation_not_found"
    message = "No invitation has this id."


class InvitationExists(DomainError):
    """The address has an invitation that is still open."""

    kind, code = Kind.CONFLICT, "invitation_exists"
    message = "There is a pending invitation for this address already."

    def __init__(self, email_addresses: Sequence[str] = (), **meta: Any) -> None:
        super().__init__("email_address", email_addresses=list(email_addresses), **meta)


class InvitationAlreadyAccepted(DomainError):
    """The invitation was accepted, so it cannot be taken back."""

    kind, code = Kind.CONFLICT, "invitation_already_accepted"
    message = "The invitation has been accepted already."


class InvitationAlreadyRevoked(DomainError):
    """The invitation was taken back before."""

    kind, code = Kind.CONFLICT, "invitation_already_revoked"
    message = "The invitation has been revoked already."


class InvitationCreated(Event):
    """An address was asked to sign up."""

    name = "invitation.created"


class InvitationAccepted(Event):
    """The invited person came."""

    name = "invitation.accepted"


class InvitationRevoked(Event):
    """An invitation was taken back."""

    name = "invitation.revoked"
