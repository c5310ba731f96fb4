"""The words of users."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from charter.core.checks.model import Check
from charter.core.email_addresses.model import EmailAddress
from charter.core.external_accounts.model import ExternalAccount
from charter.core.passkeys.model import Passkey
from charter.core.passwords.model import GivenPassword
from charter.core.phone_numbers.model import PhoneNumber
from charter.core.verification import Strategy
from charter.core.web3_wallets.model import Web3Wallet
from charter.kernel.errors import DomainError, Kind
from charter.kernel.events import Event
from charter.kernel.patch import UNSET, Unset


class UserStatus(StrEnum):
    """Whether a user may sign in."""

    ACTIVE = "active"
    SUSPENDED = "suspended"


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
    passkeys: tuple[Passkey, ...]
    external_accounts: tuple[ExternalAccount, ...]
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

    @property
    def has_wallet(self) -> bool:
        """Whether a wallet signs the user in."""
        return any(wallet.is_verified for wallet in self.web3_wallets)

    @property
    def has_second_factor(self) -> bool:
        """Whether a sign-in asks for more than one factor."""
        return self.has_totp or any(number.is_second_factor for number in self.phone_numbers)

    def is_locked_at(self, now: datetime) -> bool:
        """Whether a lock holds at this moment."""
        return self.is_locked and (self.locked_until is None or self.locked_until > now)


@dataclass(frozen=True, slots=True)
class UserStanding:
    """What of a user changes without their version: whether they may sign in."""

    is_banned: bool
    is_locked: bool
    locked_until: datetime | None
    failed_attempts: int
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class UserRow:
    """A user's own row, on its way into the table. Its number comes from the database."""

    id: str
    external_id: str | None
    username: str | None
    username_key: str | None
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
    search_text: str = ""


class IdentificationStatus(StrEnum):
    """How an administrator puts an address or a number on a new user."""

    VERIFIED = "verified"
    """Vouched for."""
    RESERVED = "reserved"
    """Not proven; signs in, and nobody else can have it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUser(GivenPassword):
    """What a new user is made of. The first address, number and wallet become primary.

    The statuses stand beside the addresses and numbers, one for each; none: all are verified.
    So do the strategies by which verified ones were proven; none: by an administrator's word.
    web3_wallet_proof: what the wallet signed; None: an administrator's word.
    leaves_addresses_unproven: addresses sign nobody in, and keep nobody else from proving them.
    username: 4 to 64 letters, digits, `_` and `-`. organizations_limit: 0 is no limit.
    totp_secret: base32. backup_codes: the codes, or bcrypt digests of them.
    """

    external_id: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    locale: str | None = None
    username: str | None = None
    email_addresses: Sequence[str] | None = None
    email_address_statuses: Sequence[IdentificationStatus] | None = None
    email_address_strategies: Sequence[Strategy] | None = None
    phone_numbers: Sequence[str] | None = None
    phone_number_statuses: Sequence[IdentificationStatus] | None = None
    phone_number_strategies: Sequence[Strategy] | None = None
    web3_wallets: Sequence[str] | None = None
    web3_wallet_proof: Check | None = None
    totp_secret: str | None = field(default=None, repr=False)
    backup_codes: Sequence[str] | None = field(default=None, repr=False)
    public_metadata: dict[str, Any] | None = None
    private_metadata: dict[str, Any] | None = None
    unsafe_metadata: dict[str, Any] | None = None
    can_delete_self: bool | None = None
    can_create_organizations: bool | None = None
    organizations_limit: int | None = None
    bypasses_client_trust: bool | None = None
    legal_accepted_at: datetime | None = None
    created_at: datetime | None = None
    is_banned: bool | None = None
    is_locked: bool | None = None
    needs_identifier: bool = True
    leaves_addresses_unproven: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class UserPatch:
    """What changes of a user; the rest stays. Null clears, and so does an empty text.

    Metadata replaces what there was. A password or a digest, a TOTP secret and backup codes
    replace those there were; null leaves them.
    primary_*_id: of a verified identifier of the user.
    """

    external_id: str | Unset | None = UNSET
    first_name: str | Unset | None = UNSET
    last_name: str | Unset | None = UNSET
    locale: str | Unset | None = UNSET
    username: str | Unset | None = UNSET
    public_metadata: dict[str, Any] | Unset | None = UNSET
    private_metadata: dict[str, Any] | Unset | None = UNSET
    unsafe_metadata: dict[str, Any] | Unset | None = UNSET
    can_delete_self: bool | Unset | None = UNSET
    can_create_organizations: bool | Unset | None = UNSET
    organizations_limit: int | Unset | None = UNSET
    bypasses_client_trust: bool | Unset | None = UNSET
    is_banned: bool | Unset | None = UNSET
    legal_accepted_at: datetime | Unset | None = UNSET
    created_at: datetime | Unset | None = UNSET
    primary_email_address_id: str | Unset | None = UNSET
    primary_phone_number_id: str | Unset | None = UNSET
    primary_web3_wallet_id: str | Unset | None = UNSET
    notifies_previous_address: bool | Unset | None = UNSET
    password: str | Unset | None = field(default=UNSET, repr=False)
    password_digest: str | Unset | None = field(default=UNSET, repr=False)
    password_hasher: str | Unset | None = UNSET
    skip_password_checks: bool | Unset | None = UNSET
    ends_other_sessions: bool | Unset | None = UNSET
    totp_secret: str | Unset | None = field(default=UNSET, repr=False)
    backup_codes: Sequence[str] | Unset | None = field(default=UNSET, repr=False)

    @property
    def given_password(self) -> GivenPassword:
        """The password in it, if there is one."""
        return GivenPassword(
            password=self.password or None,
            password_digest=self.password_digest or None,
            password_hasher=self.password_hasher or None,
            skip_password_checks=bool(self.skip_password_checks),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MetadataPatch:
    """What changes of a user's metadata; the rest stays."""

    public_metadata: dict[str, Any] | Unset = UNSET
    private_metadata: dict[str, Any] | Unset = UNSET
    unsafe_metadata: dict[str, Any] | Unset = UNSET


@dataclass(frozen=True, slots=True)
class DeletedUser:
    """What is told of a user who is no more: nothing of the person."""

    id: str
    external_id: str | None


class ImageMissing(DomainError):
    """The user has no picture of their own."""

    kind, code = Kind.NOT_FOUND, "image_missing"
    message = "The user has no profile image."


class IdentifierMissing(DomainError):
    """A user has at least one address, number, wallet or username."""

    kind, code = Kind.UNPROCESSABLE, "identifier_missing"
    message = "A user needs an email address, a phone number, a Web3 wallet or a username."


class LengthMismatch(DomainError):
    """Two lists that belong together have different lengths."""

    kind, code = Kind.UNPROCESSABLE, "length_mismatch"
    message = "{parameter} needs one item for each of {of}."


class FutureDate(DomainError):
    """A moment that has to be past is not."""

    kind, code = Kind.UNPROCESSABLE, "future_date"
    message = "{parameter} must not be in the future."


class UserNotFound(DomainError):
    """There is no such user."""

    kind, code = Kind.NOT_FOUND, "user_not_found"
    message = "No user has this id."


class ExternalIdTaken(DomainError):
    """Another user of the instance has this external id."""

    kind, code = Kind.UNPROCESSABLE, "external_id_taken"
    message = "Another user has this external id."
    parameter = "external_id"


class UsernameTaken(DomainError):
    """Another user of the instance has this username."""

    kind, code = Kind.UNPROCESSABLE, "username_taken"
    message = "That username is taken. Please try another."
    parameter = "username"


class UserCreated(Event):
    """A user was made."""

    name = "user.created"


class UserUpdated(Event):
    """A user, or what belongs to one, was changed."""

    name = "user.updated"


class UserDeleted(Event):
    """A user was deleted."""

    name = "user.deleted"
