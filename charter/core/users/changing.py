"""Changes a user: checks and hashes first, then the rows, then what follows from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from charter.core.email_addresses import queries as email_queries
from charter.core.email_addresses.model import EmailAddress, EmailAddressNotFound
from charter.core.email_addresses.undoing import undo_url
from charter.core.identifiers import rows as identifiers
from charter.core.instances.model import Instance
from charter.core.messages.queueing import queue
from charter.core.passwords import queries as password_queries
from charter.core.passwords.model import Password
from charter.core.passwords.setting import SETTING_ERRORS, ready
from charter.core.phone_numbers import queries as phone_queries
from charter.core.phone_numbers.model import PhoneNumber, PhoneNumberNotFound
from charter.core.second_factors import importing
from charter.core.second_factors import queries as factor_queries
from charter.core.second_factors.model import BackupCode, TotpSecret, TotpSecretInvalid
from charter.core.sessions.ending import end_sessions_of_user
from charter.core.sessions.model import SessionStatus
from charter.core.users import queries
from charter.core.users.making import check_past, names_of
from charter.core.users.model import (
    ExternalIdTaken,
    FutureDate,
    User,
    UsernameTaken,
    UserNotFound,
    UserPatch,
    UserUpdated,
)
from charter.core.users.texts import check_texts
from charter.core.users.usernames import (
    UsernameCharacter,
    UsernameIsNumber,
    UsernameLength,
    username_key,
)
from charter.core.verification import IdentifierNotVerified, LastIdentifier
from charter.core.web3_wallets.model import Web3WalletNotFound
from charter.core.web3_wallets.queries import set_primary_wallet
from charter.kernel.errors import DomainError
from charter.kernel.operation import Context
from charter.kernel.patch import changed, metadata

CHANGING_ERRORS = (
    *SETTING_ERRORS,
    EmailAddressNotFound,
    ExternalIdTaken,
    FutureDate,
    LastIdentifier,
    IdentifierNotVerified,
    PhoneNumberNotFound,
    TotpSecretInvalid,
    UserNotFound,
    UsernameCharacter,
    UsernameIsNumber,
    UsernameLength,
    UsernameTaken,
    Web3WalletNotFound,
)
"""What changing a user may raise, beyond the errors of any input."""

_TEXTS = ("external_id", "first_name", "last_name", "locale", "username")
_METADATA = ("public_metadata", "private_metadata", "unsafe_metadata")
_CLEARED_BY_NULL = ("organizations_limit", "legal_accepted_at")
_KEPT_BY_NULL = (
    "can_delete_self",
    "can_create_organizations",
    "bypasses_client_trust",
    "is_banned",
    "created_at",
)


@dataclass(frozen=True, slots=True)
class _Secrets:
    """What of a patch is hashed or sealed."""

    password: Password | None
    totp_secret: TotpSecret | None
    backup_codes: tuple[BackupCode, ...] | None


async def change_user(
    ctx: Context, instance: Instance, user_id: str, patch: UserPatch, *, can_undo: bool = False
) -> User:
    """Change a user; call it before any statement, because it may hash.

    can_undo: whether the address that was primary is given a link that takes a new one back.
    Returns: the user as they are now.
    Raises: CHANGING_ERRORS; InvalidInput; TooLarge; VersionConflict; Busy.
    Announces: UserUpdated; SessionRevoked for each session that a new password or a ban ends.
    """
    columns = _columns(ctx, instance, patch)
    secrets = await _secrets(ctx, instance, user_id, patch)
    before = await queries.lock_user(ctx.db, user_id)
    ctx.expect(before.updated_at)
    _check_username_removal(before, columns)
    if secrets.totp_secret is not None and before.mfa_enabled_at is None:
        columns["mfa_enabled_at"] = ctx.now
    await queries.update_user(ctx.db, before, ctx.now, **columns)
    await _choose_primaries(ctx, before, patch)
    await _keep(ctx, user_id, secrets)
    if columns.get("is_banned"):
        await end_sessions_of_user(ctx, user_id, status=SessionStatus.REVOKED)
    if secrets.password is not None and patch.ends_other_sessions:
        await end_sessions_of_user(
            ctx,
            user_id,
            status=SessionStatus.REVOKED,
            except_session_id=ctx.actor.session_id if ctx.actor.user_id == user_id else None,
        )
    await queries.refresh_search_text(ctx.db, user_id)
    after = await queries.get_user(ctx.db, user_id)
    ctx.announce(UserUpdated(after, before=before))
    if patch.notifies_previous_address:
        await _tell_of_address(ctx, before, after, can_undo=can_undo)
    if secrets.password is not None:
        await _tell_of_password(ctx, before, after)
    return after


def _columns(ctx: Context, instance: Instance, patch: UserPatch) -> dict[str, Any]:
    """The user's own columns that change."""
    given = changed(patch)
    check_texts(patch)
    columns = {name: given[name] or None for name in _TEXTS if name in given}
    if "username" in columns:
        username = columns["username"]
        columns["username_key"] = username_key(username) if username else None
    for name in _METADATA:
        if name in given:
            limit_bytes = instance.settings.max_metadata_bytes
            columns[name] = metadata(given[name] or {}, parameter=name, limit_bytes=limit_bytes)
    columns |= {name: given[name] for name in _CLEARED_BY_NULL if name in given}
    columns |= {name: given[name] for name in _KEPT_BY_NULL if given.get(name) is not None}
    for name in ("created_at", "legal_accepted_at"):
        check_past(ctx, columns.get(name), name)
    return columns


async def _secrets(ctx: Context, instance: Instance, user_id: str, patch: UserPatch) -> _Secrets:
    given = patch.given_password
    words: tuple[str, ...] = ()
    if given.password is not None:
        # Read outside the transaction, which must not be open while the password is hashed.
        reading = ctx.platform.database.reading(ctx.actor.instance_id)
        words = names_of(await queries.get_user(reading, user_id), patch)
    totp_secret = None
    if patch.totp_secret:
        totp_secret = importing.totp_secret(ctx, user_id, patch.totp_secret)
    codes = None
    if patch.backup_codes:
        codes = await importing.backup_codes(ctx, user_id, patch.backup_codes)
    password = await ready(ctx, instance, user_id, given, words)
    return _Secrets(password, totp_secret, codes)


async def _keep(ctx: Context, user_id: str, secrets: _Secrets) -> None:
    if secrets.password is not None:
        await password_queries.set_password(ctx.db, secrets.password)
    if secrets.totp_secret is not None:
        await factor_queries.set_totp(ctx.db, secrets.totp_secret)
    if secrets.backup_codes is not None:
        await factor_queries.replace_backup_codes(ctx.db, user_id, secrets.backup_codes)


def _check_username_removal(user: User, columns: dict[str, Any]) -> None:
    if user.username is None or columns.get("username", user.username) is not None:
        return
    rows: tuple[EmailAddress | PhoneNumber, ...] = (*user.email_addresses, *user.phone_numbers)
    if not user.has_wallet and not any(row.is_verified or row.is_reserved for row in rows):
        raise LastIdentifier("username")


async def _choose_primaries(ctx: Context, user: User, patch: UserPatch) -> None:
    if patch.primary_email_address_id:
        missing_address = EmailAddressNotFound("primary_email_address_id")
        addresses = _with_primary(
            ctx, user.email_addresses, patch.primary_email_address_id, missing_address
        )
        await email_queries.ROWS.write(ctx, user, addresses)
    if patch.primary_phone_number_id:
        missing_number = PhoneNumberNotFound("primary_phone_number_id")
        numbers = _with_primary(
            ctx, user.phone_numbers, patch.primary_phone_number_id, missing_number
        )
        await phone_queries.ROWS.write(ctx, user, numbers)
    if patch.primary_web3_wallet_id:
        wallets = {wallet.id: wallet for wallet in user.web3_wallets}
        if patch.primary_web3_wallet_id not in wallets:
            raise Web3WalletNotFound("primary_web3_wallet_id")
        if not wallets[patch.primary_web3_wallet_id].is_verified:
            raise IdentifierNotVerified("primary_web3_wallet_id")
        await set_primary_wallet(ctx.db, user.id, patch.primary_web3_wallet_id)


def _with_primary(
    ctx: Context, rows: Sequence[identifiers.Row], row_id: str, missing: DomainError
) -> tuple[identifiers.Row, ...]:
    if not identifiers.get(rows, row_id, missing).is_verified:
        raise IdentifierNotVerified(missing.parameter)
    return identifiers.chosen(rows, row_id, ctx.now)


async def _tell_of_address(ctx: Context, before: User, after: User, *, can_undo: bool) -> None:
    """Tell the address that was primary of the one that is now."""
    old, new = before.primary_email_address, after.primary_email_address
    if old is None or new is None or old.id == new.id:
        return
    facts = _facts(ctx, after)
    url = await undo_url(ctx, before, old) if can_undo else None
    if url is not None:
        facts["action_url"] = url
    kind = "primary_email_address_changed"
    await queue(ctx, kind, old.address, locale=after.locale, new_address=new.address, **facts)


async def _tell_of_password(ctx: Context, before: User, after: User) -> None:
    """Tell the person that their password is another now."""
    to = before.primary_email_address
    if to is not None and before.password_updated_at is not None:
        facts = _facts(ctx, after)
        await queue(ctx, "password_changed", to.address, locale=after.locale, **facts)


def _facts(ctx: Context, user: User) -> dict[str, Any]:
    name = {"recipient_name": user.first_name} if user.first_name else {}
    return {"changed_at": ctx.now, **name}
