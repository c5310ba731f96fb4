"""The words of redirect URLs."""

from dataclasses import dataclass
from datetime import datetime

from charter.kernel.errors import DomainError, Kind
from charter.kernel.events import Event

MOST = 200
"""Redirect URLs of an instance: each of its processes keeps them all at hand."""


@dataclass(frozen=True, slots=True)
class RedirectUrl:
    """An address that people may be sent back to. `url` is as its owner wrote it."""

    id: str
    url: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class RedirectUrlRow:
    """A redirect URL on its way into its table. `href` is what a browser reads in it."""

    id: str
    url: str
    href: str
    created_at: datetime
    updated_at: datetime


class RedirectUrlNotFound(DomainError):
    """There is no such redirect URL."""

    kind, code = Kind.NOT_FOUND, "redirect_url_not_found"
    message = "No redirect URL has this id."


class RedirectUrlInvalid(DomainError):
    """Nobody may be sent there."""

    kind, code = Kind.UNPROCESSABLE, "redirect_url_invalid"
    message = "{parameter} {reason}."
    parameter = "url"


class RedirectUrlExists(DomainError):
    """The address stands in the list already."""

    kind, code = Kind.INVALID, "redirect_url_exists"
    message = "This address is among the redirect URLs already."
    parameter = "url"


class RedirectUrlLimitReached(DomainError):
    """The instance has as many redirect URLs as it may."""

    kind, code = Kind.UNPROCESSABLE, "redirect_url_limit_reached"
    message = "An instance may have {limit} redirect URLs."


class RedirectUrlCreated(Event):
    """People may be sent back to another address."""

    name = "redirectUrl.created"


class RedirectUrlDeleted(Event):
    """People are not sent back to an address any more."""

    name = "redirectUrl.deleted"
