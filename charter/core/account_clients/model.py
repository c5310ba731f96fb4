"""The words of account clients and their keys."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from charter.kernel.errors import DomainError, Kind
from charter.kernel.events import Event
from charter.kernel.patch import UNSET, Unset

CODE = "authorization_code"
REFRESH = "refresh_token"
CLIENT_CREDENTIALS = "client_credentials"
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
SAML_BEARER = "urn:ietf:params:oauth:grant-type:saml2-bearer"
TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"  # noqa: S105  # a name
GRANT_TYPES = (
    CODE,
    REFRESH,
    CLIENT_CREDENTIALS,
    DEVICE_CODE,
    JWT_BEARER,
    SAML_BEARER,
    TOKEN_EXCHANGE,
)
"""All ways to tokens that there are."""
OF_CONFIDENTIAL = (CLIENT_CREDENTIALS, JWT_BEARER, SAML_BEARER)
"""Those of who proves who they are alone."""

ACCESS_SECONDS = 3600
REFRESH_SECONDS = 1_209_600
LONGEST_ACCESS_SECONDS = 86_400
LONGEST_REFRESH_SECONDS = 31_536_000
KEY_SET_SECONDS = 3600
"""How long who verifies tokens keeps a key set."""
MOST_KEYS = 4
LEAST_KEPT = 2


class AuthMethod(StrEnum):
    """How a client proves who it is. Source: OpenID Connect Core 1.0, section 9."""

    SECRET_BASIC = "client_secret_basic"  # noqa: S105  # a name
    SECRET_POST = "client_secret_post"  # noqa: S105  # a name
    PRIVATE_KEY = "private_key_jwt"
    NONE = "none"


class KeyState(StrEnum):
    """The life of a client's key."""

    WAITING = "waiting"
    """Published, and the next to sign."""
    SIGNING = "signing"
    PUBLISHED = "published"
    """Signs no more; its tokens are still known by it."""


@dataclass(frozen=True, slots=True)
class ClientKey:
    """A key of a client without its private half. `id` is the `kid` of its tokens."""

    id: str
    application_id: str
    state: KeyState
    public_pem: str
    tokens_until: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class SigningClientKey:
    """The key that signs, its private half sealed."""

    id: str
    application_id: str
    sealed_private_pem: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class ClientKeyRow:
    """A key on its way into its table."""

    id: str
    application_id: str
    state: KeyState
    public_pem: str
    sealed_private_pem: bytes = field(repr=False)
    tokens_until: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class KeysRotated:
    """The key that signs now, and all that are published, the newest first."""

    signing_id: str
    keys: tuple[ClientKey, ...]


@dataclass(frozen=True, slots=True)
class ClientKeyFacts:
    """What an event says of a client's key: never the key."""

    id: str
    application_id: str
    organization_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccountClient:
    """What a client is made of; None stands for the default of each.

    name: 1 to 256 characters. allowed_origins, redirect_uris: up to 50 each. allowed_scope,
    default_scope: apart by spaces. issuer: an https address. …_token: `expires_in` (seconds) and
    `cookie_options` (`http_only`, `secure`, `same_site`). auth_method: how it proves who it is;
    jwks: its public keys, where it does so by a key. trusted_issuers: each with its `issuer`,
    the `jwks` by which it signs JWTs, and the `certificates` (PEM) by which it signs SAML.
    """

    name: str | None = None
    allowed_origins: Sequence[str] | None = None
    redirect_uris: Sequence[str] | None = None
    access_token: Mapping[str, Any] | None = None
    refresh_token: Mapping[str, Any] | None = None
    id_token: Mapping[str, Any] | None = None
    audience: str | None = None
    allowed_audiences: Sequence[str] | None = None
    allowed_scope: str | None = None
    default_scope: str | None = None
    issuer: str | None = None
    grant_types: Sequence[str] | None = None
    auth_method: AuthMethod | None = None
    jwks: Mapping[str, Any] | None = None
    trusted_issuers: Sequence[Mapping[str, Any]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountClientPatch:
    """What changes of a client: what is left out stays, null brings back the default."""

    name: str | Unset = UNSET
    allowed_origins: Sequence[str] | Unset | None = UNSET
    redirect_uris: Sequence[str] | Unset | None = UNSET
    access_token: Mapping[str, Any] | Unset | None = UNSET
    refresh_token: Mapping[str, Any] | Unset | None = UNSET
    id_token: Mapping[str, Any] | Unset | None = UNSET
    audience: str | Unset | None = UNSET
    allowed_audiences: Sequence[str] | Unset | None = UNSET
    allowed_scope: str | Unset | None = UNSET
    default_scope: str | Unset | None = UNSET
    issuer: str | Unset | None = UNSET
    grant_types: Sequence[str] | Unset | None = UNSET
    jwks: Mapping[str, Any] | Unset | None = UNSET
    trusted_issuers: Sequence[Mapping[str, Any]] | Unset | None = UNSET


class ClientKeyNotFound(DomainError):
    """There is no such key, or its client is strange to the caller."""

    kind, code = Kind.NOT_FOUND, "client_key_not_found"
    message = "No key of a client has this id."


class ClientKeyInUse(DomainError):
    """The key signs, or tokens that it signed may still be shown."""

    kind, code = Kind.CONFLICT, "client_key_in_use"
    message = "The key signs, or tokens that it signed still live. Rotate, and try again later."


class TooManyClientKeys(DomainError):
    """A client has as many keys as may be published."""

    kind, code = Kind.CONFLICT, "too_many_client_keys"
    message = "A client has {limit} keys at most. Retire one first."


class ClientKeyCreated(Event):
    """A client has another key, which waits to sign."""

    name = "oauthApplicationKey.created"


class ClientKeyRotated(Event):
    """Another key of a client signs."""

    name = "oauthApplicationKey.rotated"


class ClientKeyRetired(Event):
    """A key of a client is gone."""

    name = "oauthApplicationKey.retired"
