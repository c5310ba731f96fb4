"""Whether what a sign-in has proven still holds: time passes between its steps, and people act.

Who changes their password, or takes an address away, means whoever signs in by it at that moment
as well. Source: OWASP ASVS 5.0, V6.4.1 and V7.4.3.
"""

from charter.core.checks.model import Check
from charter.core.identity_providers.speaking import STRATEGIES as ELSEWHERE
from charter.core.instances.model import Instance
from charter.core.second_factors.opening import BY_MAIL, open_by_mail
from charter.core.sign_ins.model import SignIn, SignInNotWaiting
from charter.core.sign_ins.ways.codes import MESSAGES, PHONE_CODE, RESETS
from charter.core.users.model import User
from charter.core.verification import Strategy
from charter.core.web3_wallets.proving import STRATEGIES as BY_WALLET

BY_IDENTIFIER = frozenset({*MESSAGES, Strategy.EMAIL_LINK.value, *BY_WALLET})
"""Strategies that prove an address, a number or a wallet of the person."""
BY_PASSWORD = frozenset({"password", *RESETS})
"""Strategies whose proof ends where the password becomes another."""


def check_grounds(sign_in: SignIn, user: User) -> None:
    """Refuse to go on from what was proven before and has no ground any more.

    user: as they are now, locked. Raises: SignInNotWaiting.
    """
    first = sign_in.first_check
    if first is not None and first.is_verified and first.strategy in BY_PASSWORD:
        changed_at = user.password_updated_at
        is_gone = changed_at is None and first.strategy == "password"
        if is_gone or (changed_at is not None and changed_at > sign_in.updated_at):
            raise SignInNotWaiting("sign_in_id")
    for check in (first, sign_in.second_check):
        if check is not None and check.is_verified:
            check_identifier(check, user)


def check_identifier(check: Check, user: User) -> None:
    """Refuse the proof of an address, number, wallet or account that is the person's no more.

    Raises: SignInNotWaiting.
    """
    if check.strategy in ELSEWHERE:
        linked = {row.provider for row in user.external_accounts if row.is_verified}
        if check.strategy not in linked:
            raise SignInNotWaiting("sign_in_id")
    if check.strategy not in BY_IDENTIFIER or check.target_id is None:
        return
    held = {row.id for row in user.email_addresses} | {row.id for row in user.phone_numbers}
    if check.target_id not in held | {row.id for row in user.web3_wallets}:
        raise SignInNotWaiting("sign_in_id")


def check_second(instance: Instance, check: Check, user: User) -> None:
    """Refuse what is no second factor any more. Raises: SignInNotWaiting."""
    if not is_second(instance, check, user):
        raise SignInNotWaiting("sign_in_id")


def is_second(instance: Instance, check: Check | None, user: User) -> bool:
    """Whether this proves a second factor.

    The proof that a device is the person's is none: where mail is a second factor, no such proof
    is asked for by mail.
    """
    if check is None or not check.is_verified:
        return False
    if check.strategy in BY_MAIL:
        return check.strategy in open_by_mail(instance)
    factors = {row.id for row in user.phone_numbers if row.is_second_factor}
    return check.strategy != PHONE_CODE or check.target_id in factors
