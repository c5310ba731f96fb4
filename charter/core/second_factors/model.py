"""The words of second factors."""

from dataclasses import dataclass, field
from datetime import datetime

from charter.kernel.errors import DomainError, Kind
from charter.kernel.events import Event


@dataclass(frozen=True, slots=True)
class TotpSecret:
    """The seed of a user's authenticator app, sealed."""

    user_id: str
    sealed_secret: bytes = field(repr=False)
    created_at: datetime
    is_verified: bool = True
    """Whether a code has come from it, or a server vouched for it."""
    last_step: int | None = None
    """The time step of the last code that was taken."""


@dataclass(frozen=True, slots=True)
class BackupCode:
    """A recovery code that is left: an argon2id hash, or the bcrypt digest it was imported as.

    selector: how the code begins, of those that were made here.
    """

    id: str
    user_id: str
    code_digest: str = field(repr=False)
    created_at: datetime
    selector: str | None = None


@dataclass(frozen=True, slots=True)
class Totp:
    """A user's authenticator app as they see it. The seed is shown while it is being set up."""

    id: str
    is_verified: bool
    created_at: datetime
    updated_at: datetime
    secret: str | None = field(default=None, repr=False)
    uri: str | None = field(default=None, repr=False)
    backup_codes: tuple[str, ...] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class BackupCodes:
    """New recovery codes, shown this once."""

    id: str
    codes: tuple[str, ...] = field(repr=False)
    created_at: datetime


@dataclass(frozen=True, slots=True)
class FactorProof:
    """A second factor that a user has shown; `id` is the user's.

    strategy: `totp` or `backup_code`.
    """

    id: str
    strategy: str


class FactorProven(Event):
    """A second factor was shown to the app's server."""

    name = "factor.proven"


class TotpNotEnabled(DomainError):
    """The user is asked for no codes of an authenticator app."""

    kind, code = Kind.INVALID, "totp_not_enabled"
    message = "The user has no authenticator app."


class FactorCodeIncorrect(DomainError):
    """The code is neither one of the user's app, nor a recovery code that is left."""

    kind, code = Kind.UNPROCESSABLE, "factor_code_incorrect"
    message = "The code is incorrect."
    parameter = "code"


class TotpSecretInvalid(DomainError):
    """The text is no seed of an authenticator app."""

    kind, code = Kind.UNPROCESSABLE, "totp_secret_invalid"
    message = "A TOTP secret must be base32 text of 10 to 128 bytes."


class AuthenticatorAppDisabled(DomainError):
    """The instance uses no authenticator apps."""

    kind, code = Kind.NOT_PERMITTED, "authenticator_app_disabled"
    message = "Authenticator apps are not enabled here."


class TotpEnabled(DomainError):
    """The user has an authenticator app, and there is one at a time."""

    kind, code = Kind.INVALID, "totp_enabled"
    message = "An authenticator app is enabled already. Remove it before you add another."


class TotpNotFound(DomainError):
    """The user has no authenticator app."""

    kind, code = Kind.NOT_FOUND, "totp_not_found"
    message = "There is no authenticator app."


class BackupCodesUnavailable(DomainError):
    """Recovery codes stand in for a second factor, and there is none, or no use of them."""

    kind, code = Kind.INVALID, "backup_codes_unavailable"
    message = "Backup codes are available once a second factor is set up."


class LastSecondFactor(DomainError):
    """The instance asks everybody for a second factor, and this is the user's only one."""

    kind, code = Kind.NOT_PERMITTED, "last_second_factor"
    message = "You need a second factor here. Add another one before you remove this."
