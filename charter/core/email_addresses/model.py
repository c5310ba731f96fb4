"""The words of email addresses."""

from dataclasses import dataclass, field
from datetime import datetime

from charter.core.verification import Strategy, VerificationStatus
from charter.kernel.errors import DomainError, Kind
from charter.kernel.patch import UNSET, Unset
from charter.kernel.rows import READ_ONLY


@dataclass(frozen=True, slots=True)
class LinkedAccount:
    """The account of a user at a provider. strategy: which, as `oauth_google`."""

    strategy: str
    identification_id: str


@dataclass(frozen=True, slots=True)
class EmailAddress:
    """An address of a user. `address` is as given, `address_key` its one normal form.

    linked_accounts: those of the same user that have this address at their provider, the oldest
    first. They are kept as accounts; a row that is new here has none yet.
    """

    id: str
    user_id: str
    address: str
    address_key: str
    is_primary: bool
    is_reserved: bool
    verification_status: VerificationStatus | None
    verification_strategy: Strategy | None
    verification_attempts: int | None
    verification_expires_at: datetime | None
    created_at: datetime
    updated_at: datetime
    linked_accounts: tuple[LinkedAccount, ...] = field(default=(), metadata=READ_ONLY)

    @property
    def is_verified(self) -> bool:
        """Whether it has been proven, or vouched for by an administrator."""
        return self.verification_status is VerificationStatus.VERIFIED


@dataclass(frozen=True, slots=True)
class EmailAddressPatch:
    """What an administrator may change of an address; None changes nothing.

    notifies_previous: whether the address that was primary is told of a new one.
    """

    is_verified: bool | Unset | None = UNSET
    is_primary: bool | Unset | None = UNSET
    notifies_previous: bool | Unset | None = UNSET


class EmailAddressNotFound(DomainError):
    """There is no such address."""

    kind, code = Kind.NOT_FOUND, "email_address_not_found"
    message = "No email address has this id."


class EmailAddressTaken(DomainError):
    """A user of the instance has this address already."""

    kind, code = Kind.UNPROCESSABLE, "email_address_taken"
    message = "That email address is taken. Please try another."
    parameter = "email_address"


class EmailAddressInvalid(DomainError):
    """The text is not an address."""

    kind, code = Kind.UNPROCESSABLE, "email_address_invalid"
    message = "{parameter} must be a valid email address."
    parameter = "email_address"
