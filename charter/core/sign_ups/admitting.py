"""Decides whom an instance lets sign up: by mode, by address, by the check of the browser."""

from collections.abc import Iterable
from functools import cache

from disposable_email_domains import blocklist

from charter.core.checks.codes import is_test_target
from charter.core.email_addresses.normal_form import address_key
from charter.core.instances.model import Instance
from charter.core.instances.settings import SignUpMode
from charter.core.listed_identifiers.model import ListName
from charter.core.listed_identifiers.normal_form import keys_of
from charter.core.listed_identifiers.queries import lists_with
from charter.core.sign_ups.model import SignUpByWaitlist, SignUpRestricted
from charter.core.users.model import User
from charter.kernel.db import Db
from charter.kernel.errors import DomainError, Kind
from charter.kernel.operation import Context
from charter.kernel.platform import Captcha, Platform


class AddressNotAllowed(DomainError):
    """The instance takes no addresses of this kind."""

    kind, code = Kind.NOT_PERMITTED, "address_not_allowed"
    message = "This email address cannot be used here: {reason}."
    parameter = "email_address"


class IdentifierNotAllowed(DomainError):
    """The instance's lists keep the person out."""

    kind, code = Kind.NOT_PERMITTED, "identifier_not_allowed"
    message = "This address, number or wallet has no access here."


class CaptchaMissing(DomainError):
    """The browser has not shown that a person sits before it."""

    kind, code = Kind.INVALID, "captcha_missing"
    message = "The security check is missing. Reload the page and try again."


class CaptchaRefused(DomainError):
    """The check of the browser did not hold."""

    kind, code = Kind.INVALID, "captcha_refused"
    message = "The security check failed. Reload the page and try again."


ADMITTING_ERRORS = (
    AddressNotAllowed,
    CaptchaMissing,
    CaptchaRefused,
    IdentifierNotAllowed,
    SignUpByWaitlist,
    SignUpRestricted,
)
"""What asking to be let in may raise."""


def check_mode(instance: Instance) -> None:
    """Refuse who was not invited. Raises: SignUpRestricted, SignUpByWaitlist."""
    mode = instance.settings.sign_up.mode
    if mode is SignUpMode.RESTRICTED:
        raise SignUpRestricted
    if mode is SignUpMode.WAITLIST:
        raise SignUpByWaitlist


def check_address(instance: Instance, address: str) -> None:
    """Refuse addresses that stand for nobody in particular. Raises: AddressNotAllowed."""
    settings = instance.settings.sign_up
    local, _, domain = address_key(address).rpartition("@")
    if settings.blocks_disposable_addresses and is_disposable(domain):
        raise AddressNotAllowed(reason="it is of a throw-away mail service")
    is_for_trying_out = instance.has_test_mode and is_test_target(address)
    if settings.blocks_subaddresses and "+" in local and not is_for_trying_out:
        raise AddressNotAllowed(reason="give it without what follows the +")


async def check_lists(
    db: Db, instance: Instance, identifiers: Iterable[str | None], *, is_invited: bool = False
) -> None:
    """Refuse whom the lists of an instance keep out.

    identifiers: the addresses, numbers and wallets of one person: one that is listed lets them
        in, one that is blocked keeps them out. is_invited: nobody who was needs to be listed.
    Raises: IdentifierNotAllowed.
    """
    restrictions = instance.settings.restrictions
    if not (restrictions.has_allowlist or restrictions.has_blocklist):
        return
    keys = [key for each in identifiers if each for key in keys_of(each)]
    lists = await lists_with(db, keys)
    if restrictions.has_allowlist and ListName.ALLOW in lists:
        return
    if restrictions.has_allowlist and not is_invited:
        raise IdentifierNotAllowed
    if restrictions.has_blocklist and ListName.BLOCK in lists:
        raise IdentifierNotAllowed


async def check_sign_in(db: Db, instance: Instance, user: User) -> None:
    """Refuse a user whom the lists keep out, unless they decide about sign-ups alone.

    Raises: IdentifierNotAllowed.
    """
    if not instance.settings.restrictions.spares_sign_ins:
        await check_lists(db, instance, identifiers_of(user))


def identifiers_of(user: User) -> tuple[str, ...]:
    """The addresses, numbers and wallets of a user."""
    return (
        *(each.address for each in user.email_addresses),
        *(each.number for each in user.phone_numbers),
        *(each.address for each in user.web3_wallets),
    )


def is_disposable(domain: str) -> bool:
    """Whether a domain, or one above it, is that of a throw-away mail service."""
    labels = domain.split(".")
    return any(".".join(labels[start:]) in _disposable() for start in range(len(labels) - 1))


@cache
def _disposable() -> frozenset[str]:
    return frozenset(blocklist)


def captcha_of(platform: Platform, instance: Instance) -> Captcha | None:
    """The service that a sign-up has to pass; None where the instance or the operator has none."""
    return platform.captcha if instance.checks_browsers else None


async def check_captcha(ctx: Context, instance: Instance, token: str | None) -> None:
    """Ask the operator's service whether a person made the request, where the instance wants it.

    Tests of the app, which show a testing token, are programs and may be.
    Call it before any statement: it waits for another server.
    Raises: CaptchaMissing; CaptchaRefused.
    """
    captcha = captcha_of(ctx.platform, instance)
    if captcha is None or ctx.request.is_testing:
        return
    if not token:
        raise CaptchaMissing("captcha_token")
    if not await captcha.is_person(token, ctx.request.address):
        raise CaptchaRefused("captcha_token")
