"""Makes a user of what was given: checks, normal forms and hashes first, then the rows."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from charter.core.email_addresses.mailboxes import hold_mailbox
from charter.core.email_addresses.model import (
    EmailAddress,
    EmailAddressInvalid,
    EmailAddressTaken,
)
from charter.core.email_addresses.normal_form import address_key
from charter.core.instances.model import Instance
from charter.core.moments import check_kept
from charter.core.passwords import queries as password_queries
from charter.core.passwords.model import Password
from charter.core.passwords.setting import SETTING_ERRORS, ready
from charter.core.phone_numbers.model import PhoneNumber, PhoneNumberInvalid, PhoneNumberTaken
from charter.core.phone_numbers.normal_form import e164
from charter.core.second_factors import importing
from charter.core.second_factors import queries as factor_queries
from charter.core.second_factors.model import BackupCode, TotpSecret, TotpSecretInvalid
from charter.core.suggestions.enrolling import enroll
from charter.core.users import queries
from charter.core.users.model import (
    ExternalIdTaken,
    FutureDate,
    IdentificationStatus,
    IdentifierMissing,
    LengthMismatch,
    NewUser,
    User,
    UserCreated,
    UsernameTaken,
    UserPatch,
    UserRow,
)
from charter.core.users.texts import check_texts
from charter.core.users.usernames import (
    UsernameCharacter,
    UsernameIsNumber,
    UsernameLength,
    username_key,
)
from charter.core.verification import Strategy, VerificationStatus
from charter.core.waitlist_entries.waiting import complete
from charter.core.web3_wallets.model import Web3Wallet, Web3WalletInvalid, Web3WalletTaken
from charter.core.web3_wallets.normal_form import wallet_address
from charter.kernel.errors import InvalidInput
from charter.kernel.operation import Context
from charter.kernel.patch import metadata

MAXIMUM_IDENTIFIERS = 100

MAKING_ERRORS = (
    *SETTING_ERRORS,
    EmailAddressInvalid,
    EmailAddressTaken,
    ExternalIdTaken,
    FutureDate,
    IdentifierMissing,
    LengthMismatch,
    PhoneNumberInvalid,
    PhoneNumberTaken,
    TotpSecretInvalid,
    UsernameCharacter,
    UsernameIsNumber,
    UsernameLength,
    UsernameTaken,
    Web3WalletInvalid,
    Web3WalletTaken,
)
"""What making a user may raise, beyond the errors of any input."""


@dataclass(frozen=True, slots=True)
class UserRows:
    """The rows of a new user, ready to be inserted."""

    user: UserRow
    email_addresses: tuple[EmailAddress, ...]
    phone_numbers: tuple[PhoneNumber, ...]
    web3_wallets: tuple[Web3Wallet, ...]
    password: Password | None
    totp_secret: TotpSecret | None
    backup_codes: tuple[BackupCode, ...]


async def make_user(
    ctx: Context,
    instance: Instance,
    new: NewUser,
    *,
    also: Callable[[str], Awaitable[None]] | None = None,
) -> User:
    """Make a user; call it before any statement, because it may hash.

    also: keeps what else belongs to the user of this id, before the world is told of them.
    Raises: MAKING_ERRORS; InvalidInput; TooLarge; Busy.
    Announces: UserCreated; OrganizationInvitationCreated and SuggestionCreated, where a verified
        address is of an organization's domain; WaitlistEntryUpdated, where one waited.
    """
    rows = await prepare(ctx, instance, new)
    db = ctx.db
    for key in sorted(each.address_key for each in rows.email_addresses):
        await hold_mailbox(ctx, instance, key, rows.user.id)
    await db.insert(queries.INSERT_USER, rows.user)
    await db.insert_all(queries.INSERT_EMAIL_ADDRESS, rows.email_addresses)
    await db.insert_all(queries.INSERT_PHONE_NUMBER, rows.phone_numbers)
    await db.insert_all(queries.INSERT_WEB3_WALLET, rows.web3_wallets)
    if rows.password is not None:
        await password_queries.set_password(db, rows.password)
    if rows.totp_secret is not None:
        await factor_queries.set_totp(db, rows.totp_secret)
    if rows.backup_codes:
        await factor_queries.replace_backup_codes(db, rows.user.id, rows.backup_codes)
    if also is not None:
        await also(rows.user.id)
    await queries.refresh_search_text(db, rows.user.id)
    user = await queries.get_user(db, rows.user.id)
    ctx.announce(UserCreated(user))
    proven = [row.address_key for row in rows.email_addresses if row.is_verified]
    await enroll(ctx, user.id, proven)
    await complete(ctx, proven)
    return user


async def prepare(
    ctx: Context, instance: Instance, new: NewUser, user_id: str | None = None
) -> UserRows:
    """The rows of a new user, all checked and hashed; nothing is written yet.

    user_id: the one that the user has already; None makes one.
    """
    user_id = user_id or ctx.new_id("user_")
    row = _user_row(ctx, instance, new, user_id)
    email_addresses = _email_addresses(ctx, user_id, new)
    phone_numbers = _phone_numbers(ctx, user_id, new)
    web3_wallets = _web3_wallets(ctx, user_id, new)
    if new.needs_identifier and not (
        row.username or email_addresses or phone_numbers or web3_wallets
    ):
        raise IdentifierMissing("email_address")
    totp_secret = None
    if new.totp_secret:
        totp_secret = importing.totp_secret(ctx, user_id, new.totp_secret)
    words = _present(
        row.first_name, row.last_name, row.username, *(each.address for each in email_addresses)
    )
    return UserRows(
        user=row,
        email_addresses=email_addresses,
        phone_numbers=phone_numbers,
        web3_wallets=web3_wallets,
        password=await ready(ctx, instance, user_id, new, words),
        totp_secret=totp_secret,
        backup_codes=await importing.backup_codes(ctx, user_id, new.backup_codes or ()),
    )


def names_of(user: User, patch: UserPatch) -> tuple[str, ...]:
    """The words that an attacker would try first: a user's names and addresses, old and new."""
    given = (patch.first_name, patch.last_name, patch.username)
    return (*(word for word in given if isinstance(word, str) and word), *names_held(user))


def names_held(user: User) -> tuple[str, ...]:
    """A user's names and addresses, as a password must not hold them."""
    addresses = (row.address for row in user.email_addresses)
    return tuple(_present(user.first_name, user.last_name, user.username, *addresses))


def locked_until(instance: Instance, now: datetime) -> datetime | None:
    """When a lock that begins now ends by itself; None: it does not."""
    seconds = instance.settings.lockout_seconds
    return now + timedelta(seconds=seconds) if seconds else None


def check_past(ctx: Context, moment: datetime | None, parameter: str) -> None:
    """Refuse a moment that is yet to come, or was never. Raises: FutureDate, InvalidInput."""
    if moment is None:
        return
    check_kept(moment, parameter)
    if moment > ctx.now + timedelta(minutes=1):
        raise FutureDate(parameter)


def _user_row(ctx: Context, instance: Instance, new: NewUser, user_id: str) -> UserRow:
    check_texts(new)
    check_past(ctx, new.created_at, "created_at")
    check_past(ctx, new.legal_accepted_at, "legal_accepted_at")
    limit_bytes = instance.settings.max_metadata_bytes

    def checked(name: str) -> dict[str, Any]:
        return metadata(getattr(new, name) or {}, parameter=name, limit_bytes=limit_bytes)

    username = new.username or None
    is_locked = bool(new.is_locked)
    return UserRow(
        id=user_id,
        external_id=new.external_id or None,
        username=username,
        username_key=username_key(username) if username else None,
        first_name=new.first_name or None,
        last_name=new.last_name or None,
        locale=new.locale or None,
        image_key=None,
        public_metadata=checked("public_metadata"),
        private_metadata=checked("private_metadata"),
        unsafe_metadata=checked("unsafe_metadata"),
        is_banned=bool(new.is_banned),
        is_locked=is_locked,
        locked_until=locked_until(instance, ctx.now) if is_locked else None,
        failed_attempts=0,
        can_delete_self=new.can_delete_self is not False,
        can_create_organizations=new.can_create_organizations is not False,
        organizations_limit=new.organizations_limit,
        bypasses_client_trust=bool(new.bypasses_client_trust),
        mfa_enabled_at=ctx.now if new.totp_secret else None,
        mfa_disabled_at=None,
        legal_accepted_at=new.legal_accepted_at,
        last_sign_in_at=None,
        last_active_at=None,
        created_at=new.created_at or ctx.now,
        updated_at=ctx.now,
    )


def _email_addresses(ctx: Context, user_id: str, new: NewUser) -> tuple[EmailAddress, ...]:
    given = _bounded(new.email_addresses, "email_address")
    statuses = _statuses(new.email_address_statuses, len(given), "email_address")
    strategies = new.email_address_strategies or (Strategy.ADMIN,) * len(given)
    return tuple(
        EmailAddress(
            id=row_id,
            user_id=user_id,
            address=address.strip(),
            address_key=address_key(address),
            is_primary=index == 0,
            is_reserved=status is IdentificationStatus.RESERVED
            and not new.leaves_addresses_unproven,
            **_verification(
                IdentificationStatus.RESERVED if new.leaves_addresses_unproven else status, strategy
            ),
            created_at=ctx.now,
            updated_at=ctx.now,
        )
        for index, (row_id, address, status, strategy) in enumerate(
            zip(_ids(ctx, len(given)), given, statuses, strategies, strict=True)
        )
    )


def _phone_numbers(ctx: Context, user_id: str, new: NewUser) -> tuple[PhoneNumber, ...]:
    given = _bounded(new.phone_numbers, "phone_number")
    statuses = _statuses(new.phone_number_statuses, len(given), "phone_number")
    strategies = new.phone_number_strategies or (Strategy.ADMIN,) * len(given)
    return tuple(
        PhoneNumber(
            id=row_id,
            user_id=user_id,
            number=e164(number),
            is_primary=index == 0,
            is_reserved=status is IdentificationStatus.RESERVED,
            is_second_factor=False,
            is_default_second_factor=False,
            **_verification(status, strategy),
            created_at=ctx.now,
            updated_at=ctx.now,
        )
        for index, (row_id, number, status, strategy) in enumerate(
            zip(_ids(ctx, len(given)), given, statuses, strategies, strict=True)
        )
    )


def _web3_wallets(ctx: Context, user_id: str, new: NewUser) -> tuple[Web3Wallet, ...]:
    given = _bounded(new.web3_wallets, "web3_wallet")
    return tuple(
        Web3Wallet(
            id=row_id,
            user_id=user_id,
            address=wallet_address(address),
            is_primary=index == 0,
            is_verified=True,
            proof=new.web3_wallet_proof,
            created_at=ctx.now,
            updated_at=ctx.now,
        )
        for index, (row_id, address) in enumerate(zip(_ids(ctx, len(given)), given, strict=True))
    )


def _verification(status: IdentificationStatus, strategy: Strategy) -> dict[str, Any]:
    is_verified = status is IdentificationStatus.VERIFIED
    return {
        "verification_status": VerificationStatus.VERIFIED if is_verified else None,
        "verification_strategy": strategy if is_verified else None,
        "verification_attempts": None,
        "verification_expires_at": None,
    }


def _statuses(
    given: Sequence[IdentificationStatus] | None, number: int, of: str
) -> Sequence[IdentificationStatus]:
    if not given:
        return (IdentificationStatus.VERIFIED,) * number
    if len(given) != number:
        raise LengthMismatch(f"{of}_identification_status", of=of)
    return given


def _bounded(given: Sequence[str] | None, parameter: str) -> Sequence[str]:
    if given is not None and len(given) > MAXIMUM_IDENTIFIERS:
        raise InvalidInput(parameter, reason=f"it takes at most {MAXIMUM_IDENTIFIERS} values")
    return given or ()


def _ids(ctx: Context, number: int) -> list[str]:
    """Ids in the order of their rows: all are of one instant, so only the id can tell it."""
    return sorted(ctx.new_id("idn_") for _ in range(number))


def _present(*texts: str | None) -> Collection[str]:
    return [text for text in texts if text]
