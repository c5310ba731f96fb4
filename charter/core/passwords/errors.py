"""What can be wrong with a password or with an imported digest.

DomainError
├── PasswordTooShort            fewer characters than the instance asks for
├── PasswordTooLong             more characters than are stored
├── PasswordCommon              on the list of common and breached passwords
├── PasswordContainsWord        holds a name that an attacker would try first
├── PasswordHasherUnknown       not a hasher that can be imported
├── PasswordDigestInvalid       not a digest of the named hasher, or too costly to check
└── PasswordTooLongNeedsReset   right as far as its hasher looked, and longer than that
"""

from charter.kernel.errors import DomainError, Kind


class PasswordTooShort(DomainError):
    """The password has fewer characters than `minimum_length`."""

    kind, code = Kind.UNPROCESSABLE, "password_too_short"
    message = "A password must have at least {minimum_length} characters."


class PasswordTooLong(DomainError):
    """The password has more characters than `maximum_length`."""

    kind, code = Kind.UNPROCESSABLE, "password_too_long"
    message = "A password must have at most {maximum_length} characters."


class PasswordCommon(DomainError):
    """The password is on the list of common and breached ones."""

    kind, code = Kind.UNPROCESSABLE, "password_common"
    message = "This password is known from a breach or is a common one. Choose another."


class PasswordContainsWord(DomainError):
    """The password holds a name of the person, their organization or the application."""

    kind, code = Kind.UNPROCESSABLE, "password_contains_word"
    message = "A password must not hold your name, your address or the name of this application."


class PasswordHasherUnknown(DomainError):
    """The hasher is not one of those that can be imported."""

    kind, code = Kind.UNPROCESSABLE, "password_hasher_unknown"
    message = "{parameter} does not name a known password hasher."


class PasswordDigestInvalid(DomainError):
    """The digest does not have its hasher's form, or would cost too much to check."""

    kind, code = Kind.UNPROCESSABLE, "password_digest_invalid"
    message = "The digest is not valid for the hasher {hasher}."


class PasswordTooLongNeedsReset(DomainError):
    """The first 72 bytes are right, but the imported hash never looked at the rest.

    Raised to those alone who know the first 72 bytes, so it tells strangers nothing about
    an account.
    """

    kind, code = Kind.UNPROCESSABLE, "password_too_long_needs_reset"
    message = "This password is longer than its old system could tell. Set a new one."
