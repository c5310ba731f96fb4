"""The words of the lists of who may come in and who may not."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from charter.kernel.errors import DomainError, Kind
from charter.kernel.events import Event


class ListName(StrEnum):
    """Which list an identifier stands in."""

    ALLOW = "allow"
    BLOCK = "block"


class IdentifierType(StrEnum):
    """What an identifier is."""

    EMAIL_ADDRESS = "email_address"
    PHONE_NUMBER = "phone_number"
    WEB3_WALLET = "web3_wallet"


@dataclass(frozen=True, slots=True)
class ListedIdentifier:
    """An identifier that stands in a list.

    identifier: as its owner wrote it; `*@acme.com` stands for every address of a domain.
    invitation_id: what the address was told by, if it was.
    """

    id: str
    list_name: ListName
    identifier: str
    identifier_type: IdentifierType
    invitation_id: str | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ListedIdentifierRow:
    """A listed identifier on its way into its table. identifier_key: its normal form."""

    id: str
    list_name: ListName
    identifier: str
    identifier_key: str
    identifier_type: IdentifierType
    invitation_id: str | None
    created_at: datetime
    updated_at: datetime


class IdentifierInvalid(DomainError):
    """The text is no address, number or wallet."""

    kind, code = Kind.UNPROCESSABLE, "identifier_invalid"
    message = (
        "{parameter} must be an email address, *@ and a domain, a phone number, or a Web3 wallet."
    )
    parameter = "identifier"


class ListedIdentifierExists(DomainError):
    """The identifier stands in the list already."""

    kind, code = Kind.INVALID, "listed_identifier_exists"
    message = "This identifier stands in the list already."
    parameter = "identifier"


class ListedIdentifierNotFound(DomainError):
    """The list has no such identifier."""

    kind, code = Kind.NOT_FOUND, "listed_identifier_not_found"
    message = "The list has no identifier with this id."


class IdentifierListed(Event):
    """Somebody may come in, or may not any more."""

    name = "listedIdentifier.created"


class IdentifierUnlisted(Event):
    """Nothing is said of an identifier any more."""

    name = "listedIdentifier.deleted"
