"""What an organization says of itself beside its name: a description, a contact, a country."""

import unicodedata
from collections.abc import Callable
from datetime import datetime
from typing import Any

from ada_url import URL

from charter.core.email_addresses.normal_form import address_key
from charter.core.moments import check_kept
from charter.core.organizations.countries import COUNTRIES
from charter.kernel.errors import InvalidInput

MAX_DESCRIPTION = 2000
MAX_ADDRESS = 2048
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


def checked_avatar_url(address: str | None) -> str | None:
    """The address of a picture elsewhere. Raises: InvalidInput."""
    if address is None or not address.strip():
        return None
    if len(address) > MAX_ADDRESS:
        raise InvalidInput("avatar_url", reason=f"it must not exceed {MAX_ADDRESS} characters")
    try:
        found = URL(address.strip())
    except ValueError:
        raise InvalidInput("avatar_url", reason="it must be an https address") from None
    if found.protocol != "https:" or found.username or found.password:
        raise InvalidInput("avatar_url", reason="it must be an https address")
    return str(found.href)


def checked_paid_until(moment: datetime | None) -> datetime | None:
    """Until when something is paid for. Raises: InvalidInput."""
    if moment is not None:
        check_kept(moment, "paid_until")
    return moment


def checked_country(code: str | None) -> str | None:
    """The code of a country, in capitals. Raises: InvalidInput."""
    if code is None:
        return None
    capitals = code.strip().upper()
    # Letters beyond ASCII may become ASCII ones as capitals.
    if not code.isascii() or capitals not in COUNTRIES:
        raise InvalidInput("country", reason="it must be a code of ISO 3166-1 alpha-2")
    return capitals


CHECKS: dict[str, Callable[[Any], Any]] = {
    "description": checked_description,
    "contact_address": checked_contact_address,
    "country": checked_country,
    "avatar_url": checked_avatar_url,
    "paid_until": checked_paid_until,
}
"""The fields of an organization that may be empty, each with its check."""
