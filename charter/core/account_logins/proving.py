"""Proves who signs in: the steps of a sign-in's factors, taken in one call.

Call these before the operation's first statement: each try is counted, and committed, before it is
looked at.
"""

from dataclasses import replace

from charter.core.account_logins.model import (
    CredentialsWrong,
    NewPasswordNeeded,
    SecondFactorRequired,
    SecondFactorWrong,
)
from charter.core.checks.model import Check, CheckStatus, CodeIncorrect
from charter.core.instances.model import Instance
from charter.core.passwords import hashers
from charter.core.passwords.errors import PasswordTooLongNeedsReset
from charter.core.passwords.model import NoPasswordSet, PasswordIncorrect, UserLocked
from charter.core.second_factors import queries as factor_queries
from charter.core.second_factors.opening import is_backup_code_open, is_totp_open
from charter.core.second_factors.proving import (
    BACKUP_CODE,
    prove_backup_code,
    prove_either,
    tell_of_use,
)
from charter.core.sign_ins.model import Answer, Entry, Passed
from charter.core.sign_ins.ways import password as passwords
from charter.core.sign_ins.ways import table
from charter.core.users.model import User
from charter.kernel.operation import Context

LONGEST_PASSWORD = 4096


async def prove_password(ctx: Context, entry: Entry, password: str) -> Passed:
    """Go on only with the person's password; a stranger, or who has none, costs the same work.

    Raises: CredentialsWrong; NewPasswordNeeded, to who knows all of it that its hasher saw.
    """
    user = entry.user
    if user is not None and not passwords.WAY.offers(entry.instance, user):
        user = None
    # In a transaction of its own: a second factor is still to be counted before the operation's,
    # and where it is wrong, the password was right all the same.
    db = ctx.platform.database.writing(ctx.actor.instance_id)
    aside, about = replace(ctx, db=db), replace(entry, user=user)
    answer = Answer(strategy=passwords.PASSWORD, password=password[:LONGEST_PASSWORD])
    assert passwords.WAY.attempt is not None  # noqa: S101  # the way has this step
    is_right = False
    try:
        passed = await passwords.WAY.attempt(aside, about, answer)
        is_right = True
    except (PasswordIncorrect, NoPasswordSet) as wrong:
        raise CredentialsWrong from wrong
    except UserLocked as locked:
        # Only an address that somebody has can be locked, so neither answer nor time may say so.
        async with ctx.work.turn():
            await ctx.work.run(hashers.verify_absent, password[:LONGEST_PASSWORD])
        raise CredentialsWrong from locked
    except PasswordTooLongNeedsReset as outgrown:
        raise NewPasswordNeeded from outgrown
    finally:
        await db.end(commit=is_right)
    # Nothing is locked yet: how the person stands is read again in the transaction.
    return replace(passed, standing=None)


async def prove_second(
    ctx: Context, instance: Instance, user: User | None, code: str | None, *, first: str
) -> Check | None:
    """Go on only with a second factor, where the person has one; None where they have none.

    first: the strategy that was proven first. Only codes of an app and recovery codes can be shown
        in one call: who gets codes by mail or text message signs in on the page.
    Raises: SecondFactorRequired; SecondFactorWrong; UserLocked, when too many were tried.
    """
    if user is None or not table.offers(table.second_ways(first), instance, user):
        return None
    if not code:
        raise SecondFactorRequired
    try:
        return Check(await _shown(ctx, instance, user, code), CheckStatus.VERIFIED)
    except CodeIncorrect as wrong:
        raise SecondFactorWrong from wrong


async def _shown(ctx: Context, instance: Instance, user: User, code: str) -> str:
    """The strategy that a code was right by. Raises: CodeIncorrect; UserLocked; Busy."""
    if is_totp_open(instance, user):
        reading = ctx.platform.database.reading(ctx.actor.instance_id)
        secret = await factor_queries.find_totp(reading, user.id)
        if secret is not None and secret.is_verified:
            return await prove_either(ctx, instance, user, secret, code)
    if is_backup_code_open(instance, user):
        left = await prove_backup_code(ctx, instance, user.id, code)
        await tell_of_use(ctx, user, left)
        return BACKUP_CODE
    raise SecondFactorRequired
