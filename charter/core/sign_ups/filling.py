"""Puts what a browser gave into a sign-up: checked, in normal form, the password hashed."""

from dataclasses import replace
from typing import Any

from charter.core.email_addresses.model import EmailAddressInvalid, EmailAddressTaken
from charter.core.email_addresses.normal_form import address_key
from charter.core.instances.enabled import FieldNotEnabled
from charter.core.instances.model import Instance
from charter.core.passwords.model import GivenPassword
from charter.core.passwords.setting import SETTING_ERRORS, ready
from charter.core.phone_numbers.model import PhoneNumberInvalid, PhoneNumberTaken
from charter.core.phone_numbers.normal_form import e164
from charter.core.sign_ins.queries import BY_USERNAME, BY_WEB3_WALLET
from charter.core.sign_ups import taken
from charter.core.sign_ups.admitting import (
    AddressNotAllowed,
    IdentifierNotAllowed,
    check_address,
    check_lists,
)
from charter.core.sign_ups.model import GivenFields, SignUp, identifiers_of
from charter.core.sign_ups.requirements import CHECKS
from charter.core.users.model import UsernameTaken
from charter.core.users.texts import check_names
from charter.core.users.usernames import (
    UsernameCharacter,
    UsernameIsNumber,
    UsernameLength,
    username_key,
)
from charter.core.web3_wallets.model import Web3WalletInvalid, Web3WalletTaken
from charter.core.web3_wallets.normal_form import wallet_address
from charter.kernel.db import Db
from charter.kernel.operation import Context
from charter.kernel.patch import UNSET, metadata

FILLING_ERRORS = (
    *SETTING_ERRORS,
    AddressNotAllowed,
    IdentifierNotAllowed,
    EmailAddressInvalid,
    EmailAddressTaken,
    FieldNotEnabled,
    PhoneNumberInvalid,
    PhoneNumberTaken,
    UsernameCharacter,
    UsernameIsNumber,
    UsernameLength,
    UsernameTaken,
    Web3WalletInvalid,
    Web3WalletTaken,
)
"""What giving fields may raise."""
PLAIN = ("first_name", "last_name")


async def filled(ctx: Context, instance: Instance, sign_up: SignUp, given: GivenFields) -> SignUp:
    """The sign-up with these fields; call it before any statement, because it may hash.

    A new address or number has to be proven anew.
    Raises: FILLING_ERRORS.
    """
    changes: dict[str, Any] = {}
    changes |= await _identifiers(ctx, instance, sign_up, _spread(given))
    await _check_lists(ctx, instance, replace(sign_up, **changes))
    for name in PLAIN:
        value = getattr(given, name)
        if value is not UNSET:
            _check_enabled(instance, name)
            changes[name] = value or None
    check_names(changes)
    if given.unsafe_metadata is not UNSET:
        limit = instance.settings.max_metadata_bytes
        changes["unsafe_metadata"] = metadata(
            given.unsafe_metadata or {}, parameter="unsafe_metadata", limit_bytes=limit
        )
    if given.legal_accepted is not UNSET:
        changes["legal_accepted_at"] = ctx.now if given.legal_accepted else None
    after = replace(sign_up, **changes, updated_at=ctx.now)
    if isinstance(given.password, str) and given.password:
        _check_enabled(instance, "password")
        after = replace(after, password_digest=await _hashed(ctx, instance, after, given.password))
    return after


async def _identifiers(
    ctx: Context, instance: Instance, sign_up: SignUp, given: dict[str, str | None]
) -> dict[str, Any]:
    db = ctx.platform.database.reading(ctx.actor.instance_id)
    changes: dict[str, Any] = {}
    for name, value in given.items():
        if value is not None:
            _check_enabled(instance, name)
        if value is not None and name == "email_address":
            check_address(instance, value)
        kept = await _kept(db, instance, name, value) if value is not None else None
        if _is_same(name, kept, getattr(sign_up, name)):
            continue
        changes[name] = kept
        if name in CHECKS:
            changes[CHECKS[name]] = None
    return changes


async def _kept(db: Db, instance: Instance, name: str, value: str) -> str:
    """An identifier that nobody has, as it is kept; somebody's too, where that is hidden."""
    try:
        return await KEEPERS[name](db, instance, value)
    except (EmailAddressTaken, PhoneNumberTaken):
        if not taken.is_hidden(instance, name):
            raise
        return value.strip() if name == "email_address" else e164(value)


def _is_same(name: str, new: str | None, old: str | None) -> bool:
    """Whether a field stays as it is, and proven, if it was; addresses do in other letters."""
    if name == "email_address" and new is not None and old is not None:
        return address_key(new) == address_key(old)
    return new == old


async def _check_lists(ctx: Context, instance: Instance, sign_up: SignUp) -> None:
    """Refuse at once whom the lists keep out; who has said nothing yet is asked at the end."""
    given = identifiers_of(sign_up)
    if any(given):
        reading = ctx.platform.database.reading(ctx.actor.instance_id)
        is_invited = sign_up.ticket is not None
        await check_lists(reading, instance, given, is_invited=is_invited)


def _spread(given: GivenFields) -> dict[str, str | None]:
    """The identifiers that were given, by their own names."""
    found = {}
    for name in KEEPERS:
        value = getattr(given, name)
        if value is not UNSET:
            found[name] = value or None
    either = given.email_address_or_phone_number
    if isinstance(either, str) and either:
        found["email_address" if "@" in either else "phone_number"] = either
    return found


async def _username(db: Db, _instance: Instance, text: str) -> str:
    key = username_key(text)
    if await db.find(BY_USERNAME, value=key) is not None:
        raise UsernameTaken("username")
    return text


async def _wallet(db: Db, _instance: Instance, text: str) -> str:
    address = wallet_address(text)
    if await db.find(BY_WEB3_WALLET, value=address) is not None:
        raise Web3WalletTaken("web3_wallet")
    return address


KEEPERS = {
    **taken.FREE,
    "username": _username,
    "web3_wallet": _wallet,
}


def _check_enabled(instance: Instance, name: str) -> None:
    if not getattr(instance.settings.attributes, name).is_enabled:
        raise FieldNotEnabled(name)


async def _hashed(ctx: Context, instance: Instance, sign_up: SignUp, password: str) -> str:
    words = (sign_up.first_name, sign_up.last_name, sign_up.username, sign_up.email_address)
    given = GivenPassword(password=password)
    made = await ready(ctx, instance, "", given, [word for word in words if word])
    assert made is not None  # noqa: S101  # a password was given
    return made.password_digest
