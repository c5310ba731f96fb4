"""The words of OAuth applications."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from charter.kernel.errors import DomainError, Kind
from charter.kernel.events import Event
from charter.kernel.patch import UNSET, Unset

SECRET_PREFIX = "ocs_"  # noqa: S105  # the prefix of one, for scanners
LONGEST_NAME = 256
USUAL_GRANTS = ("authorization_code", "refresh_token")


@dataclass(frozen=True, slots=True)
class OauthApplication:
    """A program of somebody else's that people may let act for them, without its secret.

    scopes: what it may ask for. is_public: it cannot keep a secret, and proves itself by PKCE.
    is_dynamically_registered: it registered itself, so that nobody vouches for its name.
    organization_id: whose it is; None for one of the app, or of whoever the app lets in.
    issuer, audience: of its account tokens; allowed_audiences: others that may be asked for.
    allowed_origins: of its pages. default_scopes: where it asks for none. grant_types: how it may
    come to account tokens. token_settings: `access`, `refresh` and `id`, each with `expires_in`
    (seconds) and `cookie_options`. jwks: the public keys that it proves itself by.
    trusted_issuers: who may say for it who a person is.
    """

    id: str
    client_id: str
    name: str
    client_uri: str | None
    image_key: str | None
    redirect_uris: tuple[str, ...]
    scopes: tuple[str, ...]
    is_public: bool
    is_pkce_required: bool
    is_consent_screen_enabled: bool
    is_dynamically_registered: bool
    created_at: datetime
    updated_at: datetime
    # With defaults: what the stream recorded before there were these is read again.
    organization_id: str | None = None
    issuer: str | None = None
    audience: str | None = None
    allowed_audiences: tuple[str, ...] = ()
    allowed_origins: tuple[str, ...] = ()
    default_scopes: tuple[str, ...] = ()
    grant_types: tuple[str, ...] = USUAL_GRANTS
    token_settings: dict[str, Any] = field(default_factory=dict)
    jwks: dict[str, Any] | None = None
    trusted_issuers: list[dict[str, Any]] = field(default_factory=list)

    @property
    def needs_pkce(self) -> bool:
        """Whether its codes are worth nothing without PKCE."""
        return self.is_public or self.is_pkce_required


@dataclass(frozen=True, slots=True)
class OauthApplicationRow:
    """An OAuth application on its way into its table; a public one has no secret."""

    id: str
    client_id: str
    secret_digest: bytes | None = field(repr=False)
    name: str
    client_uri: str | None
    image_key: str | None
    redirect_uris: list[str]
    scopes: list[str]
    is_public: bool
    is_pkce_required: bool
    is_consent_screen_enabled: bool
    is_dynamically_registered: bool
    created_at: datetime
    updated_at: datetime
    organization_id: str | None = None
    issuer: str | None = None
    audience: str | None = None
    allowed_audiences: list[str] = field(default_factory=list)
    allowed_origins: list[str] = field(default_factory=list)
    default_scopes: list[str] = field(default_factory=list)
    grant_types: list[str] = field(default_factory=lambda: list(USUAL_GRANTS))
    token_settings: dict[str, Any] = field(default_factory=dict)
    jwks: dict[str, Any] | None = None
    trusted_issuers: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class OauthApplicationMade:
    """An OAuth application with its secret, shown this once; None for a public one."""

    application: OauthApplication
    secret: str | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOauthApplication:
    """What an OAuth application is made of.

    name: 1 to 256 characters. redirect_uris: up to 50; callback_url: another. scopes: apart by
    spaces. None stands for the default of each.
    """

    name: str
    redirect_uris: Sequence[str] | None = None
    callback_url: str | None = None
    scopes: str | None = None
    is_consent_screen_enabled: bool | None = None
    is_pkce_required: bool | None = None
    is_public: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OauthApplicationPatch:
    """What changes of an OAuth application; null and what is left out stay."""

    name: str | Unset | None = UNSET
    redirect_uris: Sequence[str] | Unset | None = UNSET
    callback_url: str | Unset | None = UNSET
    scopes: str | Unset | None = UNSET
    is_consent_screen_enabled: bool | Unset | None = UNSET
    is_pkce_required: bool | Unset | None = UNSET
    is_public: bool | Unset | None = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """What a program says of itself that registers itself. Source: RFC 7591, section 2."""

    redirect_uris: Sequence[str] = ()
    token_endpoint_auth_method: str | None = None
    client_name: str | None = None
    client_uri: str | None = None
    logo_uri: str | None = None
    scope: str | None = None


@dataclass(frozen=True, slots=True)
class OauthLogoCredit:
    """What an event says of a new logo: whose it is, and who brought it."""

    id: str
    image_key: str
    uploader_user_id: str | None


class OauthApplicationNotFound(DomainError):
    """There is no such OAuth application."""

    kind, code = Kind.NOT_FOUND, "oauth_application_not_found"
    message = "No OAuth application has this id."


class OauthApplicationPublic(DomainError):
    """A public application has no secret that could be another."""

    kind, code = Kind.NOT_PERMITTED, "oauth_application_public"
    message = "A public OAuth application has no secret."


class ConsentScreenRequired(DomainError):
    """Nobody vouches for a program that registered itself: people are asked."""

    kind, code = Kind.UNPROCESSABLE, "consent_screen_required"
    message = "An application that registered itself always asks people for their consent."
    parameter = "consent_screen_enabled"


class RegistrationDisabled(DomainError):
    """Programs do not register themselves in this instance."""

    kind, code = Kind.UNPROCESSABLE, "registration_disabled"
    message = "Programs cannot register themselves here."


class OauthApplicationCreated(Event):
    """An OAuth application was made."""

    name = "oauthApplication.created"


class OauthApplicationUpdated(Event):
    """An OAuth application was changed."""

    name = "oauthApplication.updated"


class OauthApplicationDeleted(Event):
    """An OAuth application was deleted, and all that people had let it do."""

    name = "oauthApplication.deleted"


class OauthApplicationSecretRotated(Event):
    """An OAuth application has another secret."""

    name = "oauthApplicationSecret.rotated"


class OauthApplicationLogoUploaded(Event):
    """An OAuth application has another logo."""

    name = "oauthApplicationLogo.uploaded"
