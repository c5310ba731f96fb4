"""The one normal form by which addresses are compared.

Two addresses with the same form are the same address: case, Unicode compatibility forms and
internationalized domains are folded away, so that no look-alike can stand beside the original.
"""

import re
import unicodedata
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

from charter.core.email_addresses.model import EmailAddressInvalid

MAX_LENGTH = 254
_PLAIN = re.compile(r"([a-z0-9+_-]+(?:\.[a-z0-9+_-]+)*)@(.+)", re.ASCII | re.IGNORECASE)
_MAX_LOCAL = 64
_DOMAINS = 4096
"""How many domains are kept in mind: those of most people are few."""


def address_key(address: str, parameter: str = "email_address") -> str:
    """The normal form of an address.

    Raises: EmailAddressInvalid, when the text is not an address (RFC 5321, RFC 6531).
    """
    trimmed = address.strip()
    if len(trimmed) > MAX_LENGTH:
        raise EmailAddressInvalid(parameter)
    try:
        return _folded(unicodedata.normalize("NFKC", trimmed))
    except (EmailNotValidError, UnicodeError) as mistake:
        raise EmailAddressInvalid(parameter) from mistake


def _folded(address: str) -> str:
    plain = _PLAIN.fullmatch(address)
    # To check a domain takes far longer than all else, and the same ones come again and again.
    if plain is not None and len(plain[1]) <= _MAX_LOCAL:
        key = plain[1].lower() + _of_domain(plain[2])
        if len(key) <= MAX_LENGTH:
            return key
    return _checked(address)


@lru_cache(_DOMAINS)
def _of_domain(domain: str) -> str:
    """An @ and the normal form of a domain."""
    return _checked(f"a@{domain}").removeprefix("a")


def _checked(address: str) -> str:
    checked = validate_email(address, check_deliverability=False, test_environment=True)
    local = unicodedata.normalize("NFKC", checked.local_part).casefold()
    domain = (checked.ascii_domain or checked.domain).casefold()
    # Folding can undo composition, so the form is taken once more.
    return f"{unicodedata.normalize('NFKC', local)}@{domain}"
