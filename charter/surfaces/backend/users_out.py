"""How the Backend API writes users and their identifiers."""

from typing import Any

from msgspec import UNSET, UnsetType

from charter.core.email_addresses.model import EmailAddress, LinkedAccount
from charter.core.passkeys.model import CHALLENGE_LIFETIME, Passkey
from charter.core.phone_numbers.model import PhoneNumber
from charter.core.users.model import User
from charter.core.verification import Strategy
from charter.core.web3_wallets.model import Web3Wallet
from charter.surfaces.backend.external_accounts_out import ExternalAccountOut
from charter.surfaces.backend.images import image_url
from charter.surfaces.backend.shapes import millis, millis_or_none
from charter.wire.call import Out, View


class VerificationOut(Out):
    """The proof of an identifier; `object` tells which kind."""

    object: str
    status: str
    strategy: str
    attempts: int | None
    expire_at: int | None
    verified_at_client: str | UnsetType | None

    @classmethod
    def of(cls, row: EmailAddress | PhoneNumber) -> "VerificationOut | None":
        """The proof of an address or number; None while nothing has begun."""
        if row.verification_status is None or row.verification_strategy is None:
            return None
        strategy = row.verification_strategy.value
        is_link = strategy == Strategy.EMAIL_LINK
        return cls(
            object=VERIFICATION_OBJECTS.get(strategy, "verification_from_oauth"),
            status=row.verification_status.value,
            strategy=strategy,
            attempts=row.verification_attempts,
            # What was sent ended when it was used; what waits has an end of its own.
            expire_at=millis_or_none(
                row.verification_expires_at or (row.updated_at if strategy in SENT else None)
            ),
            # One API lets it be null here, the other does not; both let it be absent.
            verified_at_client=UNSET if is_link else None,
        )


SENT = frozenset({Strategy.EMAIL_CODE, Strategy.EMAIL_LINK, Strategy.PHONE_CODE})
"""Strategies that send something, which has an end."""
VERIFICATION_OBJECTS = {
    "admin": "verification_admin",
    "email_code": "verification_otp",
    "phone_code": "verification_otp",
    "email_link": "verification_email_link",
    "ticket": "verification_ticket",
}


class LinkedOut(Out):
    """What an address is linked to: an account at a provider. type: its strategy."""

    type: str
    id: str

    @classmethod
    def of(cls, account: LinkedAccount) -> "LinkedOut":
        """As this API writes it."""
        return cls(type=account.strategy, id=account.identification_id)


class EmailAddressOut(Out):
    """An email address."""

    id: str
    object: str
    email_address: str
    reserved: bool
    verification: VerificationOut | None
    linked_to: list[LinkedOut]
    matches_sso_connection: bool
    created_at: int
    updated_at: int

    @classmethod
    def of(cls, row: EmailAddress, _view: View) -> "EmailAddressOut":
        """As this API writes it."""
        return cls(
            id=row.id,
            object="email_address",
            email_address=row.address,
            reserved=row.is_reserved,
            verification=VerificationOut.of(row),
            linked_to=[LinkedOut.of(each) for each in row.linked_accounts],
            matches_sso_connection=False,
            created_at=millis(row.created_at),
            updated_at=millis(row.updated_at),
        )


class PhoneNumberOut(Out):
    """A phone number."""

    id: str
    object: str
    phone_number: str
    reserved_for_second_factor: bool
    default_second_factor: bool
    reserved: bool
    verification: VerificationOut | None
    linked_to: list[Any]
    backup_codes: list[str] | None
    created_at: int
    updated_at: int

    @classmethod
    def of(cls, row: PhoneNumber, _view: View) -> "PhoneNumberOut":
        """As this API writes it."""
        return cls(
            id=row.id,
            object="phone_number",
            phone_number=row.number,
            reserved_for_second_factor=row.is_second_factor,
            default_second_factor=row.is_default_second_factor,
            reserved=row.is_reserved,
            verification=VerificationOut.of(row),
            linked_to=[],
            backup_codes=None,
            created_at=millis(row.created_at),
            updated_at=millis(row.updated_at),
        )


class Web3VerificationOut(Out):
    """The proof of a wallet: what it signs, or that the app's server vouches for it."""

    object: str
    status: str
    strategy: str
    attempts: int | None
    expire_at: int | None
    nonce: str | UnsetType
    message: str | UnsetType

    @classmethod
    def of(cls, row: Web3Wallet, view: View) -> "Web3VerificationOut | None":
        """As this API writes it; None while nothing has begun."""
        check = row.proof
        if check is None and not row.is_verified:
            return None
        asked = UNSET if check is None or check.nonce is None else check.nonce
        return cls(
            object="verification_admin" if check is None else "verification_web3",
            status="verified" if check is None else check.status_at(view.now).value,
            strategy="admin" if check is None else check.strategy,
            attempts=None,
            expire_at=None if check is None else millis_or_none(check.expires_at),
            nonce=asked,
            message=asked,
        )


class Web3WalletOut(Out):
    """A Web3 wallet."""

    id: str
    object: str
    web3_wallet: str
    verification: Web3VerificationOut | None
    created_at: int
    updated_at: int

    @classmethod
    def of(cls, row: Web3Wallet, view: View) -> "Web3WalletOut":
        """As this API writes it."""
        return cls(
            id=row.id,
            object="web3_wallet",
            web3_wallet=row.address,
            verification=Web3VerificationOut.of(row, view),
            created_at=millis(row.created_at),
            updated_at=millis(row.updated_at),
        )


class PasskeyVerificationOut(Out):
    """The proof of a passkey: it was registered, or there would be none."""

    object: str
    status: str
    strategy: str
    attempts: int | None
    expire_at: int


class PasskeyOut(Out):
    """A passkey."""

    id: str
    object: str
    name: str
    last_used_at: int
    verification: PasskeyVerificationOut
    created_at: int
    updated_at: int

    @classmethod
    def of(cls, row: Passkey, _view: View) -> "PasskeyOut":
        """As this API writes it."""
        return cls(
            id=row.id,
            object="passkey",
            name=row.name,
            # Registering it was its first use.
            last_used_at=millis(row.last_used_at or row.created_at),
            verification=PasskeyVerificationOut(
                object="verification_passkey",
                status="verified",
                strategy="passkey",
                attempts=1,
                expire_at=millis(row.created_at + CHALLENGE_LIFETIME),
            ),
            created_at=millis(row.created_at),
            updated_at=millis(row.updated_at),
        )


class UserOut(Out):
    """A user."""

    id: str
    object: str
    external_id: str | None
    primary_email_address_id: str | None
    primary_phone_number_id: str | None
    primary_web3_wallet_id: str | None
    username: str | None
    first_name: str | None
    last_name: str | None
    locale: str | None
    profile_image_url: str
    image_url: str
    has_image: bool
    public_metadata: dict[str, Any]
    private_metadata: dict[str, Any]
    unsafe_metadata: dict[str, Any]
    email_addresses: list[EmailAddressOut]
    phone_numbers: list[PhoneNumberOut]
    web3_wallets: list[Web3WalletOut]
    passkeys: list[PasskeyOut]
    password_enabled: bool
    two_factor_enabled: bool
    totp_enabled: bool
    backup_code_enabled: bool
    mfa_enabled_at: int | None
    mfa_disabled_at: int | None
    password_last_updated_at: int | None
    external_accounts: list[ExternalAccountOut]
    saml_accounts: list[Any]
    enterprise_accounts: list[Any]
    last_sign_in_at: int | None
    banned: bool
    locked: bool
    deprovisioned: bool
    lockout_expires_in_seconds: int | None
    verification_attempts_remaining: int | None
    updated_at: int
    created_at: int
    delete_self_enabled: bool
    create_organization_enabled: bool
    create_organizations_limit: int | None
    last_active_at: int | None
    legal_accepted_at: int | None
    bypass_client_trust: bool
    scim: None

    @classmethod
    def of(cls, row: User, view: View) -> "UserOut":
        """As this API writes it."""
        is_locked, expires_in, attempts_left = _lockout(row, view)
        return cls(
            id=row.id,
            object="user",
            external_id=row.external_id,
            primary_email_address_id=_primary(row.email_addresses),
            primary_phone_number_id=_primary(row.phone_numbers),
            primary_web3_wallet_id=_primary(row.web3_wallets),
            username=row.username,
            first_name=row.first_name,
            last_name=row.last_name,
            locale=row.locale,
            profile_image_url=image_url(view, "users", row.id, row.image_key),
            image_url=image_url(view, "users", row.id, row.image_key),
            has_image=row.image_key is not None,
            public_metadata=row.public_metadata,
            private_metadata=row.private_metadata,
            unsafe_metadata=row.unsafe_metadata,
            email_addresses=[EmailAddressOut.of(each, view) for each in row.email_addresses],
            phone_numbers=[PhoneNumberOut.of(each, view) for each in row.phone_numbers],
            web3_wallets=[Web3WalletOut.of(each, view) for each in row.web3_wallets],
            passkeys=[PasskeyOut.of(each, view) for each in row.passkeys],
            password_enabled=row.password_updated_at is not None,
            two_factor_enabled=row.has_second_factor,
            totp_enabled=row.has_totp,
            backup_code_enabled=row.has_backup_codes,
            mfa_enabled_at=millis_or_none(row.mfa_enabled_at),
            mfa_disabled_at=millis_or_none(row.mfa_disabled_at),
            password_last_updated_at=millis_or_none(row.password_updated_at),
            external_accounts=[ExternalAccountOut.of(each, view) for each in row.external_accounts],
            saml_accounts=[],
            enterprise_accounts=[],
            last_sign_in_at=millis_or_none(row.last_sign_in_at),
            banned=row.is_banned,
            locked=is_locked,
            deprovisioned=False,
            lockout_expires_in_seconds=expires_in,
            verification_attempts_remaining=attempts_left,
            updated_at=millis(row.updated_at),
            created_at=millis(row.created_at),
            delete_self_enabled=row.can_delete_self,
            create_organization_enabled=row.can_create_organizations,
            create_organizations_limit=row.organizations_limit,
            last_active_at=millis_or_none(row.last_active_at),
            legal_accepted_at=millis_or_none(row.legal_accepted_at),
            bypass_client_trust=row.bypasses_client_trust,
            scim=None,
        )


def _lockout(row: User, view: View) -> tuple[bool, int | None, int]:
    """Whether the user is locked, for how many seconds, and how many attempts they have left."""
    attempts_left = max(0, view.instance.settings.lockout_attempts - row.failed_attempts)
    if not row.is_locked_at(view.now):
        return False, None, attempts_left
    if row.locked_until is None:
        return True, None, attempts_left
    return True, int((row.locked_until - view.now).total_seconds()), attempts_left


def _primary(rows: tuple[Any, ...]) -> str | None:
    return next((row.id for row in rows if row.is_primary), None)
