"""What an organization says of itself beside its name: a description, a contact, a country."""

import unicodedata
from collections.abc import Callable

from charter.core.email_addresses.normal_form import address_key
from charter.core.organizations.countries import COUNTRIES
from charter.kernel.errors import InvalidInput

MAX_DESCRIPTION = 2000
_LINES = frozenset("\t\n\r")


def checked_description(text: str | None) -> str | None:
    """The description, of several lines where it has them; None for one without a letter.

    Raises: InvalidInput.
    """
    if text is None or not text.strip():
        return None
    if len(text) > MAX_DESCRIPTION:
        raise InvalidInput("description", reason=f"it must not exceed {MAX_DESCRIPTION} characters")
    if any(unicodedata.category(each) in ("Cc", "Cs") for each in text if each not in _LINES):
        raise InvalidInput("description", reason="it must not contain control characters")
    return text


def checked_contact_address(address: str | None) -> str | None:
    """The address as given, without blanks around it: folded it could be another's mailbox.

    Raises: EmailAddressInvalid.
    """
    if address is None or not address.strip():
        return None
    address_key(address, "contact_address")
    return address.strip()


def checked_country(code: str | None) -> str | None:
    """The code of a country, in capitals. Raises: InvalidInput."""
    if code is None:
        return None
    capitals = code.strip().upper()
    # Letters beyond ASCII may become ASCII ones as capitals.
    if not code.isascii() or capitals not in COUNTRIES:
        raise InvalidInput("country", reason="it must be a code of ISO 3166-1 alpha-2")
    return capitals


CHECKS: dict[str, Callable[[str | None], str | None]] = {
    "description": checked_description,
    "contact_address": checked_contact_address,
    "country": checked_country,
}
"""The fields of an organization that may be empty, each with its check."""
