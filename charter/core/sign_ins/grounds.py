"""Whether what a sign-in has proven still holds: time passes between its steps, and people act.

Who changes their password, or takes an address away, means whoever signs in by it at that moment
as well. Source: OWASP ASVS 5.0, V6.4.1 and V7.4.3.
"""

from charter.core.checks.model import Check
from charter.core.sign_ins.model import SignIn, SignInNotWaiting
from charter.core.sign_ins.ways.codes import MESSAGES, RESETS
from charter.core.users.model import User
from charter.core.verification import Strategy

BY_IDENTIFIER = frozenset({*MESSAGES, Strategy.EMAIL_LINK.value})
"""Strategies that prove an address or a number of the person."""
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
    """Refuse the proof of an address or a number that is not the person's any more.

    Raises: SignInNotWaiting.
    """
    if check.strategy not in BY_IDENTIFIER or check.target_id is None:
        return
    held = {row.id for row in user.email_addresses} | {row.id for row in user.phone_numbers}
    if check.target_id not in held:
        raise SignInNotWaiting("sign_in_id")
