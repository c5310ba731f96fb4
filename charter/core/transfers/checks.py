"""What the core holds of rows beyond what their tables do, asked of those that come from a file."""

from typing import Any

import msgspec

from charter.core.email_addresses.normal_form import address_key
from charter.core.instances.checking import checked
from charter.core.passwords import hashers
from charter.core.phone_numbers.normal_form import e164
from charter.core.users.texts import check_texts
from charter.core.users.usernames import username_key
from charter.kernel.errors import InvalidInput


def email_address(row: Any) -> None:
    """The address is one in its form. Raises: EmailAddressInvalid; InvalidInput."""
    _same("address_key", row.address_key, address_key(row.address))


def phone_number(row: Any) -> None:
    """The number is in its one form. Raises: PhoneNumberInvalid; InvalidInput."""
    _same("number", row.number, e164(row.number))


def password(row: Any) -> None:
    """The digest can be checked. Raises: PasswordHasherUnknown; PasswordDigestInvalid."""
    hashers.check_digest(row.hasher, row.password_digest)


def user(row: Any) -> None:
    """The texts are as the core takes them. Raises: InvalidInput; the errors of usernames."""
    check_texts(row)
    _same("username_key", row.username_key, username_key(row.username) if row.username else None)


def settings(row: Any) -> None:
    """The settings are ones that this version knows. Raises: InvalidInput; UnknownInput."""
    found = msgspec.json.decode(row.settings)
    if not isinstance(found, dict):
        raise InvalidInput("settings", reason="it must be an object")
    checked(found)


def ledger_transaction(row: Any) -> None:
    """What one account gave others got. Raises: InvalidInput."""
    amounts = [entry.amount for entry in row.ledger_entries]
    if not amounts or sum(amounts):
        raise InvalidInput("ledger_entries", reason="they must be nothing together")


def _same(parameter: str, given: Any, made: Any) -> None:
    if given != made:
        raise InvalidInput(parameter, reason="it is not the form by which this is compared")
