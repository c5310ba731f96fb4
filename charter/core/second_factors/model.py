"""The words of second factors."""

from dataclasses import dataclass, field
from datetime import datetime

from charter.kernel.errors import DomainError, Kind


@dataclass(frozen=True, slots=True)
class TotpSecret:
    """The seed of a user's authenticator app, sealed."""

    user_id: str
    sealed_secret: bytes = field(repr=False)
    created_at: datetime


@dataclass(frozen=True, slots=True)
class BackupCode:
    """A recovery code that is left: an argon2id hash, or the bcrypt digest it was imported as."""

    id: str
    user_id: str
    code_digest: str = field(repr=False)
    created_at: datetime


class TotpSecretInvalid(DomainError):
    """The text is no seed of an authenticator app."""

    kind, code = Kind.UNPROCESSABLE, "totp_secret_invalid"
    message = "A TOTP secret must be base32 text of 10 to 128 bytes."
