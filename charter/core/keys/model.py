"""The words of keys: secret keys, publishable keys, signing keys."""

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from charter.kernel.errors import DomainError, Kind
from charter.kernel.events import Event


@dataclass(frozen=True, slots=True)
class SecretKey:
    """What an app's server shows to act for a whole instance."""

    id: str
    name: str
    digest: bytes
    sealed_secret: bytes | None
    last_four: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


TOKEN_OVERLAP = timedelta(hours=1)
"""How long a retired signing key still verifies: well beyond the five minutes for which clients
keep a key set. For a token that is made to live longer, its key notes it in `tokens_until`."""


class SigningKeyState(StrEnum):
    """The life of a signing key."""

    NEXT = "next"
    ACTIVE = "active"
    RETIRING = "retiring"


@dataclass(frozen=True, slots=True)
class SigningKeyRow:
    """A signing key at rest. `id` is the `kid` of its tokens."""

    id: str
    state: SigningKeyState
    algorithm: str
    public_pem: str
    sealed_private_pem: bytes
    created_at: datetime
    retires_at: datetime | None
    tokens_until: datetime | None


@dataclass(frozen=True, slots=True)
class SecretKeyMade:
    """A secret key with its secret, shown this once."""

    key: SecretKey
    secret: str


@dataclass(frozen=True, slots=True)
class PublishedKey:
    """What an event says of a signing key: never the key."""

    id: str
    algorithm: str


class SecretKeyNotFound(DomainError):
    """There is no such secret key."""

    kind, code = Kind.NOT_FOUND, "secret_key_not_found"
    message = "No secret key has this id."


class NextKeyTooYoung(DomainError):
    """The next signing key is so new that clients may hold a key set without it."""

    kind, code = Kind.CONFLICT, "next_key_too_young"
    message = "The next signing key is too new. Rotate in {retry_after_seconds} seconds."


class NoActiveSigningKey(DomainError):
    """The instance cannot sign."""

    kind, code = Kind.UNAVAILABLE, "no_active_signing_key"
    message = "The instance has no active signing key."


class SecretKeyCreated(Event):
    """A secret key was made."""

    name = "secretKey.created"


class SecretKeyRevoked(Event):
    """A secret key was revoked."""

    name = "secretKey.revoked"


class SigningKeyRotated(Event):
    """A new signing key signs from now on."""

    name = "signingKey.rotated"


class SecretsResealed(Event):
    """Stored secrets were sealed anew under the newest key."""

    name = "secrets.resealed"


PUBLISHABLE_PREFIXES = ("pk_test_", "pk_live_")


def publishable_key(mark: str, frontend_host: str) -> str:
    """The key that tells a browser where the Frontend API is; it opens nothing.

    Source: `pk_`, `test` or `live`, and base64 of the host and a dollar sign.
    """
    return f"pk_{mark}_{base64.b64encode(f'{frontend_host}$'.encode()).decode()}"
