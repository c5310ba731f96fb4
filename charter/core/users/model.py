"""The words of users."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from charter.core.email_addresses.model import EmailAddress
from charter.core.phone_numbers.model import PhoneNumber
from charter.core.web3_wallets.model import Web3Wallet
from charter.kernel.errors import DomainError, Kind
from charter.kernel.events import Event


@dataclass(frozen=True, slots=True)
class User:
    """A person in one instance, with all that signs them in."""

    id: str
    number: int
    external_id: str | None
    username: str | None
    first_name: str | None
    last_name: str | None
    locale: str | None
    image_key: str | None
    public_metadata: dict[str, Any]
    private_metadata: dict[str, Any]
    unsafe_metadata: dict[str, Any]
    is_banned: bool
    is_locked: bool
    locked_until: datetime | None
    failed_attempts: int
    can_delete_self: bool
    can_create_organizations: bool
    organizations_limit: int | None
    bypasses_client_trust: bool
    mfa_enabled_at: datetime | None
    mfa_disabled_at: datetime | None
    legal_accepted_at: datetime | None
    last_sign_in_at: datetime | None
    last_active_at: datetime | None
    created_at: datetime
    updated_at: datetime
    email_addresses: tuple[EmailAddress, ...]
    phone_numbers: tuple[PhoneNumber, ...]
    web3_wallets: tuple[Web3Wallet, ...]
    password_updated_at: datetime | None
    has_totp: bool
    has_backup_codes: bool

    @property
    def primary_email_address(self) -> EmailAddress | None:
        """The address that stands for the user."""
        return next((address for address in self.email_addresses if address.is_primary), None)

    @property
    def primary_phone_number(self) -> PhoneNumber | None:
        """The number that stands for the user."""
        return next((number for number in self.phone_numbers if number.is_primary), None)

    @property
    def identifier(self) -> str | None:
        """What others see the user by: the primary address, number, or the username."""
        if self.primary_email_address is not None:
            return self.primary_email_address.address
        if self.primary_phone_number is not None:
            return self.primary_phone_number.number
        return self.username

    def is_locked_at(self, now: datetime) -> bool:
        """Whether a lock holds at this moment."""
        return self.is_locked and (self.locked_until is None or self.locked_until > now)


class UserNotFound(DomainError):
    """There is no such user."""

    kind, code = Kind.NOT_FOUND, "user_not_found"
    message = "No user has this id."


class ExternalIdTaken(DomainError):
    """Another user of the instance has this external id."""

    kind, code = Kind.UNPROCESSABLE, "external_id_taken"
    message = "Another user has this external id."

    def __init__(self, parameter: str | None = "external_id", **meta: Any) -> None:
        super().__init__(parameter, **meta)


class UsernameTaken(DomainError):
    """Another user of the instance has this username."""

    kind, code = Kind.UNPROCESSABLE, "username_taken"
    message = "That username is taken."

    def __init__(self, parameter: str | None = "username", **meta: Any) -> None:
        super().__init__(parameter, **meta)


class UserCreated(Event):
    """A user was made."""

    name = "user.created"


class UserUpdated(Event):
    """A user, or what belongs to one, was changed."""

    name = "user.updated"


class UserDeleted(Event):
    """A user was deleted."""

    name = "user.deleted"
