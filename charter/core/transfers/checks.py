"""What the core holds of rows beyond what their tables do, asked of those that come from a file."""

from typing import Any

import msgspec

from charter.core.email_addresses.normal_form import address_key
from charter.core.instances.checking import checked
from charter.core.organizations.details import (
    checked_contact_address,
    checked_country,
    checked_description,
)
from charter.core.organizations.naming import claimable, folded
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


def organization(row: Any) -> None:
    """Its details are as the core takes them. Raises: InvalidInput; EmailAddressInvalid."""
    _same("description", row.description, checked_description(row.description))
    _same("contact_address", row.contact_address, checked_contact_address(row.contact_address))
    _same("country", row.country, checked_country(row.country))
    if row.claimed_name is not None:
        claimable(row.name)
        _same("claimed_name", row.claimed_name, folded(row.name))


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
