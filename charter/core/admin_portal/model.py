"""The words of the admin portal."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from charter.core.enterprise_connections.model import EnterpriseConnection
from charter.kernel.errors import DomainError, Kind
from charter.kernel.events import Event

LIFETIME_SECONDS = 3600
LONGEST_SECONDS = 86_400
MOST_SCOPES = 50
LONGEST_TEXT = 255
WRITE = "admin_portal:write"
"""The scope that changes anything; a link without any scopes has it."""


@dataclass(frozen=True, slots=True)
class AdminPortalLinkToken:
    """A link into the portal, without its secret.

    organization_id: whose connections it shows; None: those that belong to no organization.
    it_contact_id: whom the app gave it to, in its own words.
    """

    id: str
    organization_id: str | None
    it_contact_id: str | None
    scopes: tuple[str, ...] | None
    revocation_reason: str | None
    revoked_at: datetime | None
    expires_at: datetime
    created_at: datetime
    updated_at: datetime

    @property
    def may_change(self) -> bool:
        """Whether who comes by it may change anything."""
        return self.scopes is None or WRITE in self.scopes


@dataclass(frozen=True, slots=True)
class AdminPortalLinkTokenRow(AdminPortalLinkToken):
    """A link on its way into its table. client_id: the browser in which it was opened."""

    client_id: str | None


@dataclass(frozen=True, slots=True)
class AdminPortalLinkTokenMade:
    """A link with its secret, which is kept nowhere."""

    link_token: AdminPortalLinkToken
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Entered:
    """That a link was opened. client_token: what the browser is to hold from now on."""

    link_token: AdminPortalLinkToken
    client_token: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Overview:
    """What who came by a link sees."""

    link_token: AdminPortalLinkToken
    connections: Sequence[EnterpriseConnection]


class AdminPortalLinkTokenNotFound(DomainError):
    """There is no such link."""

    kind, code = Kind.NOT_FOUND, "admin_portal_link_token_not_found"
    message = "No admin portal link token has this id."


class AdminPortalClosed(DomainError):
    """Nobody came into the portal by this browser, or the time for it is over."""

    kind, code = Kind.GONE, "admin_portal_closed"
    message = "The link is not valid, was used already, or has expired. Ask for a new one."


class AdminPortalReadOnly(DomainError):
    """The link lets nobody change anything."""

    kind, code = Kind.NOT_PERMITTED, "admin_portal_read_only"
    message = "This link shows the connections and changes nothing."


class AdminPortalLinkTokenCreated(Event):
    """A link was made."""

    name = "adminPortalLinkToken.created"


class AdminPortalLinkTokenUsed(Event):
    """Somebody came into the portal by a link."""

    name = "adminPortalLinkToken.used"


class AdminPortalLinkTokenRevoked(Event):
    """A link was taken back."""

    name = "adminPortalLinkToken.revoked"
