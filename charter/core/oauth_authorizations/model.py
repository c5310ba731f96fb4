"""The words of OAuth authorizations."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from charter.core.oauth_applications.model import OauthApplication
from charter.kernel.errors import DomainError, Kind
from charter.kernel.events import Event

ACCESS_PREFIX = "oat_"
REFRESH_PREFIX = "ort_"
CODE_SECONDS = 60
ACCESS_SECONDS = 86_400
REFRESH_DAYS = 3650
"""From the code on, however often it is renewed."""
RETRY_SECONDS = 10
"""How long a program that lost an answer gets the same refresh token again."""


class ResponseMode(StrEnum):
    """How an answer travels to the application: in the address, or as a form."""

    QUERY = "query"
    FORM_POST = "form_post"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What an application asks for, word for word as its address has it; nothing is checked yet.

    authenticated_after: seconds since 1970. Ours, for a person who was sent to show anew who they
    are: their session has to be proven since.
    """

    client_id: str | None = None
    redirect_uri: str | None = None
    response_type: str | None = None
    response_mode: str | None = None
    scope: str | None = None
    state: str | None = None
    nonce: str | None = None
    prompt: str | None = None
    max_age: str | None = None
    code_challenge: str | None = None
    code_challenge_method: str | None = None
    authenticated_after: str | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """An answer to the application, carried there by the browser."""

    redirect_uri: str
    mode: ResponseMode
    parameters: dict[str, str] = field(repr=False)


class Need(StrEnum):
    """What the person has to do on a page of ours before the application is answered."""

    SIGN_IN = "sign_in"
    FINISH = "finish"
    """To do what is left to do in their session."""
    CONFIRM = "confirm"
    """To show anew who they are."""
    CONSENT = "consent"


@dataclass(frozen=True, slots=True)
class Waits:
    """The person has something to do first; then the same is asked again."""

    need: Need
    asked: Asked


@dataclass(frozen=True, slots=True)
class ConsentAsked:
    """What a person is asked: who wants what. redirect_uri: None where none was checked."""

    application: OauthApplication
    scopes: tuple[str, ...]
    redirect_uri: str | None


@dataclass(frozen=True, slots=True)
class OauthConsent:
    """What a person has let an application do."""

    id: str
    user_id: str
    application_id: str
    scopes: tuple[str, ...]
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class OauthConsentRow:
    """A consent on its way into its table."""

    id: str
    user_id: str
    application_id: str
    scopes: list[str]
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ConnectedApplication:
    """An application that a person has let in, and what they have let it do."""

    application_id: str
    name: str
    client_uri: str | None
    image_key: str | None
    scopes: tuple[str, ...]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class OrganizationShown:
    """What an application may know of the organization that its token is about."""

    id: str
    name: str
    slug: str | None


@dataclass(frozen=True, slots=True)
class OauthAuthorization:
    """All that came from one code or login. scopes: what the person agreed to.

    session_id: the session that it stands and falls with; None: it needs none.
    """

    id: str
    user_id: str
    application_id: str
    organization_id: str | None
    scopes: tuple[str, ...]
    nonce: str | None
    authenticated_at: datetime | None
    revoked_at: datetime | None
    revocation_reason: str | None
    created_at: datetime
    updated_at: datetime
    session_id: str | None = None


@dataclass(frozen=True, slots=True)
class OauthAuthorizationRow:
    """An authorization on its way into its table."""

    id: str
    user_id: str
    application_id: str
    organization_id: str | None
    scopes: list[str]
    nonce: str | None
    authenticated_at: datetime | None
    revoked_at: datetime | None
    revocation_reason: str | None
    created_at: datetime
    updated_at: datetime
    session_id: str | None = None


@dataclass(frozen=True, slots=True)
class OauthAccessTokenRow:
    """An access token on its way into its table."""

    id: str
    authorization_id: str
    digest: bytes = field(repr=False)
    scopes: list[str]
    expires_at: datetime
    created_at: datetime


@dataclass(frozen=True, slots=True)
class OauthAccessToken:
    """An access token whose user, application and authorization stand."""

    id: str
    authorization_id: str
    application_id: str
    client_id: str
    user_id: str
    organization_id: str | None
    scopes: tuple[str, ...]
    expires_at: datetime
    created_at: datetime


@dataclass(frozen=True, slots=True)
class TokenInactive:
    """A signed access token of ours whose time is over."""


@dataclass(frozen=True, slots=True)
class Introspected:
    """What an application may know of a token of its own; None: it holds no more."""

    token: OauthAccessToken | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """How an application shows who it is. secret: None for a public one."""

    client_id: str | None = None
    secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenAsked:
    """What an application trades for tokens. Source: RFC 6749, sections 4.1.3 and 6."""

    client_id: str | None = None
    client_secret: str | None = field(default=None, repr=False)
    grant_type: str | None = None
    code: str | None = field(default=None, repr=False)
    redirect_uri: str | None = None
    code_verifier: str | None = field(default=None, repr=False)
    refresh_token: str | None = field(default=None, repr=False)
    scope: str | None = None


@dataclass(frozen=True, slots=True)
class TokensMade:
    """What an application gets for a code or a refresh token."""

    access_token: str = field(repr=False)
    expires_in_seconds: int
    refresh_token: str = field(repr=False)
    scopes: tuple[str, ...]
    id_token: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Replayed:
    """A code or a refresh token came a second time: all that it gave has ended."""


class OauthClientInvalid(DomainError):
    """There is no such application, or its secret is another."""

    kind, code = Kind.UNAUTHENTICATED, "oauth_client_invalid"
    message = "There is no such application, or this is not its secret."


class OauthRedirectInvalid(DomainError):
    """The application may not have people sent there, so nobody is."""

    kind, code = Kind.INVALID, "oauth_redirect_invalid"
    message = "The redirect_uri is none of those that this application has registered."
    parameter = "redirect_uri"


class OauthRequestInvalid(DomainError):
    """Something is missing, came twice, or cannot be."""

    kind, code = Kind.INVALID, "oauth_request_invalid"
    message = "The request is not valid: {reason}."


class OauthGrantInvalid(DomainError):
    """The code or the refresh token is not valid for this application, or no more."""

    kind, code = Kind.INVALID, "oauth_grant_invalid"
    message = "The code or refresh token is not valid, has expired, or was revoked."


class OauthGrantTypeUnsupported(DomainError):
    """Tokens are not given for that."""

    kind, code = Kind.INVALID, "oauth_grant_type_unsupported"
    message = "The grant_type must be authorization_code or refresh_token."
    parameter = "grant_type"


class OauthClientNotAllowed(DomainError):
    """The application is known, and this is no way for it to come to tokens."""

    kind, code = Kind.NOT_PERMITTED, "oauth_client_not_allowed"
    message = "This client may not use this way to tokens."


class OauthScopeInvalid(DomainError):
    """More is asked for than may be."""

    kind, code = Kind.INVALID, "oauth_scope_invalid"
    message = "The application may not have these scopes."
    parameter = "scope"


class OauthTokenInvalid(DomainError):
    """No access token that holds."""

    kind, code = Kind.UNAUTHENTICATED, "oauth_token_invalid"
    message = "The access token is not valid, has expired, or was revoked."


class OauthTokenNotFound(DomainError):
    """What was shown is no access token that holds here."""

    kind, code = Kind.NOT_FOUND, "oauth_token_not_found"
    message = "This is no OAuth access token of this instance, or it holds no more."
    parameter = "access_token"


class OauthTokenSelfContained(DomainError):
    """A signed access token holds until its end, wherever it is checked."""

    kind, code = Kind.INVALID, "oauth_token_self_contained"
    message = "A signed access token cannot be revoked; revoke its refresh token."
    parameter = "token"


class ConsentScreenDisabled(DomainError):
    """The application asks nobody."""

    kind, code = Kind.UNPROCESSABLE, "consent_screen_disabled"
    message = "This application does not ask people for their consent."
    parameter = "client_id"


class OauthConsentNotFound(DomainError):
    """The person has let no such application in."""

    kind, code = Kind.NOT_FOUND, "oauth_consent_not_found"
    message = "You have let no such application in."


class OauthConsentGiven(Event):
    """A person let an application in."""

    name = "oauthConsent.given"


class OauthConsentWithdrawn(Event):
    """A person lets an application in no more."""

    name = "oauthConsent.withdrawn"


class OauthCodeIssued(Event):
    """An application was given a code for a person's account."""

    name = "oauthCode.issued"


class OauthAuthorizationCreated(Event):
    """An application traded a code for tokens."""

    name = "oauthAuthorization.created"


class OauthAuthorizationRenewed(Event):
    """An application renewed its tokens."""

    name = "oauthAuthorization.renewed"


class OauthAuthorizationMoved(Event):
    """A login is about another organization."""

    name = "oauthAuthorization.moved"


class OauthAuthorizationRevoked(Event):
    """The tokens that came from a code ended."""

    name = "oauthAuthorization.revoked"


class OauthReplayed(Event):
    """A code or a refresh token came a second time: somebody else may have it."""

    name = "oauthAuthorization.replayed"
