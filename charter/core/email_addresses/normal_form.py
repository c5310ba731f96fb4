"""The one normal form by which addresses are compared.

Two addresses with the same form are the same address: case, Unicode compatibility forms and
internationalized domains are folded away, so that no look-alike can stand beside the original.
"""

import unicodedata

from email_validator import EmailNotValidError, validate_email

from charter.core.email_addresses.model import EmailAddressInvalid

MAX_LENGTH = 254


def address_key(address: str, parameter: str = "email_address") -> str:
    """The normal form of an address.

    Raises: EmailAddressInvalid, when the text is not an address (RFC 5321, RFC 6531).
    """
    trimmed = address.strip()
    if len(trimmed) > MAX_LENGTH:
        raise EmailAddressInvalid(parameter)
    try:
        checked = validate_email(
            unicodedata.normalize("NFKC", trimmed),
            check_deliverability=False,
            test_environment=True,
        )
    except (EmailNotValidError, UnicodeError) as mistake:
        raise EmailAddressInvalid(parameter) from mistake
    local = unicodedata.normalize("NFKC", checked.local_part).casefold()
    domain = (checked.ascii_domain or checked.domain).casefold()
    # Folding can undo composition, so the form is taken once more.
    return f"{unicodedata.normalize('NFKC', local)}@{domain}"
