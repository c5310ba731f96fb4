"""The words of account tokens."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from charter.kernel.errors import DomainError, Kind, NotPermitted
from charter.kernel.events import Event

ACCESS_TYPE = "urn:ietf:params:oauth:token-type:access_token"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LONGEST_ASSERTION_SECONDS = 600
"""How far ahead the end of a proof may lie: so long it is remembered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """How a client shows who it is. client_id: ours; None where an assertion says it."""

    client_id: str | None = None
    secret: str | None = field(default=None, repr=False)
    assertion_type: str | None = None
    assertion: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a client sends to come to tokens, word for word. Source: RFC 6749, section 3.2."""

    grant_type: str | None = None
    scope: str | None = None
    code: str | None = field(default=None, repr=False)
    redirect_uri: str | None = None
    code_verifier: str | None = field(default=None, repr=False)
    refresh_token: str | None = field(default=None, repr=False)
    device_code: str | None = field(default=None, repr=False)
    assertion: str | None = field(default=None, repr=False)
    subject_token: str | None = field(default=None, repr=False)
    subject_token_type: str | None = None
    actor_token: str | None = field(default=None, repr=False)
    requested_token_type: str | None = None
    audience: str | None = None
    resource: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a client gets. issued_token_type: where a token was traded for it (RFC 8693)."""

    access_token: str = field(repr=False)
    expires_in_seconds: int
    scopes: tuple[str, ...]
    refresh_token: str | None = field(default=None, repr=False)
    id_token: str | None = field(default=None, repr=False)
    issued_token_type: str | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a client hears that has to wait, or waits in vain. error: in the words of RFC 8628."""

    error: str


@dataclass(frozen=True, slots=True)
class IssuedFacts:
    """What an event says of a token that is kept nowhere: never the token. `id` is its `jti`."""

    id: str
    application_id: str
    user_id: str | None
    organization_id: str | None
    scopes: tuple[str, ...]
    audience: tuple[str, ...]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Introspected:
    """What a client may know of a token of its own; no claims: it holds no more, or never did."""

    claims: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class PersonTold:
    """What the holder of a token learns of its person."""

    claims: dict[str, Any]


class LoginTokenNeeded(NotPermitted):
    """Only a person's login token at a client gives tokens for one account."""

    code = "login_token_needed"
    message = "Ask with the access token of a login: it was not made from another, and is a user's."
    parameter = "access_token"


class InsufficientScope(DomainError):
    """The token that is shown does not have what is asked for."""

    kind, code = Kind.NOT_PERMITTED, "insufficient_scope"
    message = "The token does not have the scopes that this needs."


class AudienceNotAllowed(DomainError):
    """The client's tokens are not for that."""

    kind, code = Kind.INVALID, "audience_not_allowed"
    message = "The client may not ask for tokens for this audience or resource."
    parameter = "audience"


class OrganizationUnpaid(DomainError):
    """The organization is suspended because it is not paid for."""

    kind, code = Kind.NOT_PERMITTED, "organization_unpaid"
    message = "The organization is suspended until it is paid for."


class OrganizationSuspended(DomainError):
    """The organization is suspended."""

    kind, code = Kind.NOT_PERMITTED, "organization_suspended"
    message = "The organization is suspended."


class AccountTokenIssued(Event):
    """A client was given a token that is kept nowhere."""

    name = "accountToken.issued"
