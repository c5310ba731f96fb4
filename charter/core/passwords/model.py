"""The words of passwords."""

from dataclasses import dataclass, field
from datetime import datetime

from charter.kernel.errors import DomainError, Kind
from charter.kernel.events import Event


@dataclass(frozen=True, slots=True)
class Password:
    """A user's password at rest."""

    user_id: str
    hasher: str
    password_digest: str
    is_compromised: bool
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenPassword:
    """A password as it was given: the words themselves, or the digest another system made."""

    password: str | None = field(default=None, repr=False)
    password_digest: str | None = field(default=None, repr=False)
    password_hasher: str | None = None
    skip_password_checks: bool = False


@dataclass(frozen=True, slots=True)
class PasswordTry:
    """A try of a user's password, for the audit log. `outcome` is `right` or an error's code."""

    id: str
    outcome: str


class PasswordVerified(Event):
    """A user's password was given."""

    name = "password.verified"


class PasswordRefused(Event):
    """Something else than a user's password was given, or it was not looked at."""

    name = "password.refused"


class PasswordIncorrect(DomainError):
    """The password is not the user's."""

    kind, code = Kind.UNPROCESSABLE, "password_incorrect"
    message = "The password is incorrect."


class NoPasswordSet(DomainError):
    """The user signs in without a password."""

    kind, code = Kind.INVALID, "no_password_set"
    message = "The user has no password."


class UserLocked(DomainError):
    """Too many tries have failed, or an administrator has locked the user."""

    kind, code = Kind.NOT_PERMITTED, "user_locked"
    message = "The user is locked for a while."


class PasswordUnchanged(DomainError):
    """The new password is the one there was."""

    kind, code = Kind.UNPROCESSABLE, "password_unchanged"
    message = "The new password must differ from the current one."


class PasswordNeeded(DomainError):
    """The instance asks for a password, or nothing else signs the person in."""

    kind, code = Kind.INVALID, "password_needed"
    message = "Your account needs its password: you could not sign in without it."
