"""The words of passkeys: keys on devices of a user, of which the server keeps the public half."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from charter.kernel.errors import DomainError, Kind
from charter.kernel.patch import UNSET, Unset

CHALLENGE_LIFETIME = timedelta(minutes=5)
MOST_PASSKEYS = 20
"""How many one user may have."""
STRATEGY = "passkey"


@dataclass(frozen=True, slots=True)
class Passkey:
    """A passkey of a user, as it is shown."""

    id: str
    user_id: str
    name: str
    last_used_at: datetime | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class PasskeyRow:
    """A passkey with what its proofs are checked by.

    credential_id: base64url, without padding. public_key: COSE. rp_id: the domain it is for.
    """

    id: str
    user_id: str
    name: str
    credential_id: str
    public_key: bytes = field(repr=False)
    sign_count: int
    rp_id: str
    aaguid: str
    transports: list[str]
    is_backed_up: bool
    last_used_at: datetime | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class BegunPasskey:
    """A passkey that a device is to make. `options` is what the browser asks it for, as JSON."""

    passkey: Passkey
    options: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeyPatch:
    """What changes of a passkey. Null keeps the name."""

    name: str | Unset | None = UNSET


class PasskeyNotFound(DomainError):
    """The user has no such passkey."""

    kind, code = Kind.NOT_FOUND, "passkey_not_found"
    message = "No passkey has this id."


class PasskeyNotRegistered(DomainError):
    """Nobody here has registered this passkey."""

    kind, code = Kind.NOT_FOUND, "passkey_not_registered"
    message = "This passkey is not registered here. Try another one, or sign in another way."


class PasskeyRefused(DomainError):
    """The device's answer does not prove what it has to."""

    kind, code = Kind.INVALID, "passkey_refused"
    message = "This passkey could not be verified. Try again."


class CredentialInvalid(DomainError):
    """The text is no answer of a device."""

    kind, code = Kind.UNPROCESSABLE, "credential_invalid"
    message = "This is not a public key credential."


class PasskeyTaken(DomainError):
    """The credential is registered already."""

    kind, code = Kind.UNPROCESSABLE, "passkey_taken"
    message = "This passkey is registered already."
    parameter = "public_key_credential"


class TooManyPasskeys(DomainError):
    """The user has as many passkeys as one may."""

    kind, code = Kind.NOT_PERMITTED, "too_many_passkeys"
    message = "You have as many passkeys as one can have. Remove one before you add another."


class PasskeysDisabled(DomainError):
    """The instance uses no passkeys."""

    kind, code = Kind.NOT_PERMITTED, "passkeys_disabled"
    message = "Passkeys are not enabled here."


class PasskeyOriginRefused(DomainError):
    """A page that does not belong to the instance asks for passkeys."""

    kind, code = Kind.NOT_PERMITTED, "passkey_origin_refused"
    message = "Passkeys cannot be used on this site."


class LastWayIn(DomainError):
    """Without this the user could not sign in any more."""

    kind, code = Kind.NOT_PERMITTED, "last_way_in"
    message = "This is your only way to sign in. Add another one before you remove it."


CEREMONY_ERRORS = (
    CredentialInvalid,
    PasskeyNotRegistered,
    PasskeyOriginRefused,
    PasskeyRefused,
    PasskeysDisabled,
)
"""What proving a passkey may raise."""
