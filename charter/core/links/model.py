"""The words of links that prove an address."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from charter.core.grants.links import STATUS, with_parameters
from charter.core.grants.model import Grant
from charter.kernel.errors import DomainError, Kind

EMAIL_LINK = "email_link"
CREATED_SESSION = "__clerk_created_session"
LIFETIME = timedelta(minutes=10)


class Flow(StrEnum):
    """What a link goes on with."""

    SIGN_IN = "sign_in"
    SIGN_UP = "sign_up"
    EMAIL_ADDRESS = "email_address"


class LinkStatus(StrEnum):
    """What became of a link, as the app's page is told."""

    VERIFIED = "verified"
    EXPIRED = "expired"
    FAILED = "failed"
    CLIENT_MISMATCH = "client_mismatch"


@dataclass(frozen=True, slots=True)
class Sent:
    """What a link was made for."""

    grant: Grant
    flow: Flow
    flow_id: str
    client_id: str
    redirect_url: str


@dataclass(frozen=True, slots=True)
class Looked:
    """A link that was opened, and not used yet.

    status: None where it could be used here; else what the app's page is told.
    """

    status: LinkStatus | None
    redirect_url: str
    token: str = field(repr=False)

    @property
    def location(self) -> str:
        """Where the browser goes on to, when the link cannot be used here."""
        return _location(self.redirect_url, self.status or LinkStatus.FAILED, None)


@dataclass(frozen=True, slots=True)
class Followed:
    """What became of a link, and where the browser goes on to."""

    status: LinkStatus
    redirect_url: str
    created_session_id: str | None = None
    client_token: str | None = field(default=None, repr=False)

    @property
    def location(self) -> str:
        """The page of the app, with what it is told."""
        return _location(self.redirect_url, self.status, self.created_session_id)


def _location(url: str, status: LinkStatus, session_id: str | None) -> str:
    told = {STATUS: status.value}
    if session_id is not None:
        told[CREATED_SESSION] = session_id
    return with_parameters(url, told)


class LinkInvalid(DomainError):
    """Nobody sent this link."""

    kind, code = Kind.INVALID, "link_invalid"
    message = "The link is not valid."
    parameter = "token"
