"""The words of identity providers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from charter.core.identity_providers.description import CLAIMS, Description
from charter.core.identity_providers.presets import PRESETS
from charter.kernel.errors import DomainError, Kind
from charter.kernel.events import Event
from charter.kernel.patch import UNSET, Unset

PREFIX = "oauth_"
CUSTOM = "oauth_custom_"


@dataclass(frozen=True, slots=True)
class IdentityProvider:
    """A provider of an instance, without the secret that we have there.

    strategy: `oauth_google`, `oauth_custom_acme`, …. scopes: asked for beside those of the preset.
    The addresses, the issuer and the claims are those of custom ones; a preset has its own.
    trusted_domains: whose addresses it is believed about; empty: the preset's, none for a custom
    one. Domains in lower case, or `*`.
    """

    id: str
    strategy: str
    name: str
    client_id: str
    scopes: tuple[str, ...]
    is_enabled: bool
    issuer: str | None
    authorize_url: str | None
    token_url: str | None
    userinfo_url: str | None
    jwks_url: str | None
    claims: dict[str, str]
    trusted_domains: tuple[str, ...]
    created_at: datetime
    updated_at: datetime

    @property
    def description(self) -> Description:
        """What is to be known of it."""
        preset = PRESETS.get(self.strategy.removeprefix(PREFIX))
        if preset is not None:
            return preset
        return Description(
            name=self.name,
            authorize_url=self.authorize_url or "",
            exchange_url=self.token_url or "",
            scopes=("openid", "email", "profile") if self.jwks_url else (),
            issuer=self.issuer or self.userinfo_url or "",
            jwks_url=self.jwks_url,
            userinfo_url=self.userinfo_url,
            claims={**CLAIMS, **self.claims},
        )

    def is_believed_about(self, address: str) -> bool:
        """Whether its word on an address is enough to put two accounts together."""
        trusted = self.trusted_domains or self.description.trusted_domains
        return "*" in trusted or address.rpartition("@")[2].lower() in trusted


@dataclass(frozen=True, slots=True)
class IdentityProviderRow(IdentityProvider):
    """A provider with the secret, sealed."""

    sealed_secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Connection:
    """A provider as it is spoken to. may_be_private: whether it may be in our own network."""

    provider: IdentityProvider
    secret: str = field(repr=False)
    redirect_uri: str
    may_be_private: bool

    @property
    def description(self) -> Description:
        """What is to be known of the provider."""
        return self.provider.description


@dataclass(frozen=True, slots=True)
class Answered:
    """What a provider sent a browser back with, and what it was asked with.

    person: what Apple says of the person at the first time, as JSON.
    """

    code: str = field(repr=False)
    verifier: str = field(repr=False)
    nonce: str = field(repr=False)
    at: datetime
    person: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class OutsideIdentity:
    """Who somebody is at a provider: the issuer and the subject, never the address.

    All but these two is what the provider says of them, and gives no rights.
    """

    issuer: str
    subject: str
    email_address: str | None
    is_email_verified: bool
    first_name: str | None
    last_name: str | None
    username: str | None
    image_url: str | None
    scopes: str
    access_token: str | None = field(default=None, repr=False)
    refresh_token: str | None = field(default=None, repr=False)
    token_expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RenewedTokens:
    """Tokens that a provider gave in place of those that ended."""

    access_token: str = field(repr=False)
    refresh_token: str | None = field(repr=False)
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Discovered:
    """What a provider's own document says of it (OpenID Connect Discovery 1.0, section 3)."""

    issuer: str
    authorize_url: str
    token_url: str
    userinfo_url: str | None
    jwks_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewIdentityProvider:
    """A provider as an operator names it.

    A custom one has an issuer that publishes its document, or the addresses themselves.
    """

    strategy: str
    client_id: str
    client_secret: str = field(repr=False)
    name: str | None = None
    scopes: tuple[str, ...] = ()
    is_enabled: bool = True
    issuer: str | None = None
    authorize_url: str | None = None
    token_url: str | None = None
    userinfo_url: str | None = None
    jwks_url: str | None = None
    claims: Mapping[str, str] = field(default_factory=dict)
    trusted_domains: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityProviderPatch:
    """What changes of a provider; the rest stays. Where it lies does not: make another one."""

    name: str | Unset = UNSET
    client_id: str | Unset = UNSET
    client_secret: str | Unset = field(default=UNSET, repr=False)
    scopes: tuple[str, ...] | Unset = UNSET
    is_enabled: bool | Unset = UNSET
    claims: dict[str, Any] | Unset = UNSET
    trusted_domains: tuple[str, ...] | Unset = UNSET


class IdentityProviderNotFound(DomainError):
    """The instance has no such provider."""

    kind, code = Kind.NOT_FOUND, "identity_provider_not_found"
    message = "No identity provider has this strategy."


class IdentityProviderExists(DomainError):
    """The instance has this provider already."""

    kind, code = Kind.CONFLICT, "identity_provider_exists"
    message = "The instance has an identity provider with this strategy already."


class IdentityProviderUnknown(DomainError):
    """The strategy names no provider that is known here, and none of one's own."""

    kind, code = Kind.UNPROCESSABLE, "identity_provider_unknown"
    message = "{parameter} must be oauth_ and one of {known}, or oauth_custom_ and a name."


class DiscoveryFailed(DomainError):
    """The issuer's document cannot be read, or names another issuer."""

    kind, code = Kind.UNPROCESSABLE, "discovery_failed"
    message = "The document of this issuer could not be used: {reason}"


class IssuerMismatch(DiscoveryFailed):
    """The document names another issuer than the one that was asked."""

    code = "issuer_mismatch"
    message = "The document of this issuer names another one."


class ProviderFailed(DomainError):
    """The provider did not prove who somebody is. `reason` is for the log."""

    kind, code = Kind.INVALID, "provider_failed"
    message = "The identity provider did not answer as it should."


class TokenExchangeFailed(ProviderFailed):
    """The provider gave no token for the code."""

    code = "token_exchange_failed"
    message = "The identity provider refused the code."


class ProfileFailed(ProviderFailed):
    """The token or the profile that the provider gave does not hold."""

    code = "profile_failed"
    message = "The identity provider did not say who you are in a form that can be trusted."


class AccessDenied(DomainError):
    """The person said no, or the provider did."""

    kind, code = Kind.NOT_PERMITTED, "access_denied"
    message = "Access was not granted at the identity provider."


class ProviderNotEnabled(DomainError):
    """The provider is none of the instance's, or was turned off."""

    kind, code = Kind.INVALID, "provider_not_enabled"
    message = "This identity provider is not enabled."


class IdentityProviderCreated(Event):
    """A provider was added."""

    name = "identityProvider.created"


class IdentityProviderUpdated(Event):
    """A provider was changed."""

    name = "identityProvider.updated"


class IdentityProviderDeleted(Event):
    """A provider was taken away."""

    name = "identityProvider.deleted"
