"""Codes by mail and text message as a factor, and as the way to a new password."""

from collections.abc import Sequence

from charter.core.checks import codes
from charter.core.checks.model import CHECK_ERRORS, Check
from charter.core.checks.refusals import write_down
from charter.core.email_addresses.model import EmailAddress, EmailAddressNotFound
from charter.core.instances.model import Instance
from charter.core.phone_numbers.countries import check_country
from charter.core.phone_numbers.model import PhoneNumber, PhoneNumberNotFound
from charter.core.second_factors.opening import is_phone_code_open, open_by_mail
from charter.core.sign_ins import strangers
from charter.core.sign_ins.model import (
    RESET_BY_EMAIL,
    RESET_BY_PHONE,
    Answer,
    Entry,
    Offer,
    Passed,
    Preparation,
)
from charter.core.sign_ins.ways.way import Way
from charter.core.users.model import User
from charter.kernel.errors import MissingInput
from charter.kernel.operation import Context

EMAIL_CODE, PHONE_CODE = "email_code", "phone_code"
RESETS = frozenset({RESET_BY_EMAIL, RESET_BY_PHONE})
_BY_EMAIL = frozenset({EMAIL_CODE, RESET_BY_EMAIL})
MESSAGES = {
    EMAIL_CODE: "verification_code",
    RESET_BY_EMAIL: "reset_password_code",
    PHONE_CODE: "sms_verification_code",
    RESET_BY_PHONE: "sms_reset_password_code",
}


def _signs_in(row: EmailAddress | PhoneNumber) -> bool:
    return row.is_verified or row.is_reserved


def by_email(strategy: str, user: User) -> list[Offer]:
    """An offer for each address that signs the person in."""
    return [
        Offer(strategy, row.address, email_address_id=row.id, is_primary=row.is_primary)
        for row in user.email_addresses
        if _signs_in(row)
    ]


def by_phone(strategy: str, user: User, *, is_second: bool = False) -> list[Offer]:
    """An offer for each number that signs the person in."""
    return [
        Offer(
            strategy,
            row.number,
            phone_number_id=row.id,
            is_primary=row.is_primary,
            is_default=row.is_default_second_factor if is_second else None,
        )
        for row in user.phone_numbers
        if (row.is_second_factor if is_second else _signs_in(row) and not row.is_second_factor)
    ]


def _first(instance: Instance, user: User) -> list[Offer]:
    attributes = instance.settings.attributes
    offers = []
    email, phone, password = attributes.email_address, attributes.phone_number, attributes.password
    if email.is_enabled and EMAIL_CODE in email.first_factors:
        offers += by_email(EMAIL_CODE, user)
    if phone.is_enabled and PHONE_CODE in phone.first_factors:
        offers += by_phone(PHONE_CODE, user)
    if password.is_enabled and email.is_enabled:
        offers += by_email(RESET_BY_EMAIL, user)
    if password.is_enabled and phone.is_enabled:
        offers += by_phone(RESET_BY_PHONE, user)
    return offers


def _second(instance: Instance, user: User) -> list[Offer]:
    return by_phone(PHONE_CODE, user, is_second=True) if is_phone_code_open(instance, user) else []


def _mailed(instance: Instance, user: User) -> list[Offer]:
    return by_email(EMAIL_CODE, user) if EMAIL_CODE in open_by_mail(instance) else []


def _trusted(instance: Instance, user: User) -> list[Offer]:
    attributes = instance.settings.attributes
    mailed = by_email(EMAIL_CODE, user) if attributes.email_address.is_enabled else []
    return mailed or (by_phone(PHONE_CODE, user) if attributes.phone_number.is_enabled else [])


async def _prepare(ctx: Context, entry: Entry, given: Preparation) -> Check:
    user = entry.user
    if user is None:
        return await _prepare_stranger(ctx, entry, given)
    try:
        target = _first_target(user, given)
    except (EmailAddressNotFound, PhoneNumberNotFound):
        if strangers.are_hidden(entry.instance, entry.sign_in):
            return await _prepare_stranger(ctx, entry, given)
        raise
    return await _sent(ctx, entry, user, given.strategy, target)


def _first_target(user: User, given: Preparation) -> tuple[str, str]:
    if given.strategy in _BY_EMAIL:
        return address_of(user, given.email_address_id)
    # A number that is a second factor is no first one: two factors have to be two.
    rows = [row for row in user.phone_numbers if _signs_in(row) and not row.is_second_factor]
    return _number(rows, given.phone_number_id)


async def _prepare_stranger(ctx: Context, entry: Entry, given: Preparation) -> Check:
    """As if somebody had this identifier. Raises: CountryBlocked."""
    if given.strategy not in _BY_EMAIL:
        check_country(entry.instance, entry.sign_in.identifier or "")
    return await strangers.prepared(ctx, entry.instance, entry.sign_in, given.strategy)


async def _prepare_second(ctx: Context, entry: Entry, given: Preparation) -> Check:
    user = entry.user
    if user is None:
        return await strangers.prepared(ctx, entry.instance, entry.sign_in, given.strategy)
    rows = [row for row in user.phone_numbers if row.is_second_factor]
    default = next((row.id for row in rows if row.is_default_second_factor), None)
    target = _number(rows, given.phone_number_id or default)
    return await _sent(ctx, entry, user, given.strategy, target)


async def _sent(
    ctx: Context, entry: Entry, user: User, strategy: str, target: tuple[str, str]
) -> Check:
    target_id, to = target
    return await codes.send(
        ctx,
        entry.instance,
        client_id=entry.sign_in.client_id,
        strategy=strategy,
        to=to,
        target_id=target_id,
        message=MESSAGES[strategy],
        locale=user.locale,
    )


def address_of(user: User, email_address_id: str | None) -> tuple[str, str]:
    """The id of the address that was chosen, or of the primary one, and the address.

    Raises: EmailAddressNotFound.
    """
    rows = [row for row in user.email_addresses if _signs_in(row)]
    wanted = email_address_id or next((row.id for row in rows if row.is_primary), None)
    row = next((row for row in rows if row.id == wanted or wanted is None), None)
    if row is None:
        raise EmailAddressNotFound("email_address_id")
    return row.id, row.address


def _number(rows: Sequence[PhoneNumber], phone_number_id: str | None) -> tuple[str, str]:
    wanted = phone_number_id or next((row.id for row in rows if row.is_primary), None)
    row = next((row for row in rows if row.id == wanted or wanted is None), None)
    if row is None:
        raise PhoneNumberNotFound("phone_number_id")
    return row.id, row.number


async def _attempt(ctx: Context, entry: Entry, answer: Answer) -> Passed:
    return await _tried(ctx, entry, entry.sign_in.first_check, answer)


async def _attempt_second(ctx: Context, entry: Entry, answer: Answer) -> Passed:
    return await _tried(ctx, entry, entry.sign_in.second_check, answer)


async def _tried(ctx: Context, entry: Entry, check: Check | None, answer: Answer) -> Passed:
    if not answer.code:
        raise MissingInput("code", reason="it is required")
    waiting = check if check is not None and check.strategy == answer.strategy else None
    try:
        proven = await codes.attempt(ctx, waiting, answer.code, client_id=entry.sign_in.client_id)
    except CHECK_ERRORS as refusal:
        if entry.user is not None:
            await write_down(ctx, entry.user.id, answer.strategy, refusal.code)
        raise
    return Passed(proven)


FIRST = Way(frozenset(MESSAGES), _first, _attempt, _prepare)
SECOND = Way(frozenset({PHONE_CODE}), _second, _attempt_second, _prepare_second)
MAILED = Way(frozenset({EMAIL_CODE}), _mailed, _attempt_second, _prepare)
TRUST = Way(frozenset({EMAIL_CODE, PHONE_CODE}), _trusted, _attempt_second, _prepare)
