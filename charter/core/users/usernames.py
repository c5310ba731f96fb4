"""What may be a username, and the one form in which usernames are compared."""

import re

from charter.kernel.errors import DomainError, Kind

MINIMUM_LENGTH = 4
MAXIMUM_LENGTH = 64
_ALLOWED = re.compile(r"[A-Za-z0-9_-]+")


class UsernameLength(DomainError):
    """The username is too short or too long."""

    kind, code = Kind.UNPROCESSABLE, "username_length"
    message = "A username must have {minimum_length} to {maximum_length} characters."


class UsernameCharacter(DomainError):
    """The username holds a character that usernames do not have."""

    kind, code = Kind.UNPROCESSABLE, "username_character"
    message = "A username must hold only letters without accents, digits, _ and -."


class UsernameIsNumber(DomainError):
    """The username could be taken for a phone number."""

    kind, code = Kind.UNPROCESSABLE, "username_is_number"
    message = "A username must hold at least one letter."


def username_key(username: str, parameter: str = "username") -> str:
    """The form by which a username is compared: without regard to case.

    Raises: UsernameLength, UsernameCharacter, UsernameIsNumber.
    """
    if not MINIMUM_LENGTH <= len(username) <= MAXIMUM_LENGTH:
        raise UsernameLength(
            parameter, minimum_length=MINIMUM_LENGTH, maximum_length=MAXIMUM_LENGTH
        )
    if _ALLOWED.fullmatch(username) is None:
        raise UsernameCharacter(parameter)
    if not any(character.isalpha() for character in username):
        raise UsernameIsNumber(parameter)
    return username.lower()
