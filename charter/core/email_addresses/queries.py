"""Every SQL statement about email addresses: those of every kind of identifier."""

from functools import partial

from charter.core.email_addresses.model import EmailAddress, EmailAddressNotFound, EmailAddressTaken
from charter.core.email_addresses.tables import email_addresses
from charter.core.grants.model import Purpose
from charter.core.identifiers.kind import IdentifierKind

ROWS = IdentifierKind(
    email_addresses,
    EmailAddress,
    "address_key",
    purpose=Purpose.EMAIL_CODE,
    missing=partial(EmailAddressNotFound, "email_address_id"),
    taken=EmailAddressTaken,
)
