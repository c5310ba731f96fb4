"""Proves second factors: an authenticator app's codes, and recovery codes.

Each try is counted, and committed, before it is looked at; call these before the operation's first
statement. Their count is apart from the password's, which the right password makes zero: whoever
has the password must not guess codes without an end.
"""

import hmac

from charter.core.checks.model import CodeIncorrect
from charter.core.checks.refusals import write_down
from charter.core.instances.model import Instance
from charter.core.passwords import hashers
from charter.core.passwords.model import UserLocked
from charter.core.second_factors import queries
from charter.core.second_factors.model import BackupCode, TotpSecret
from charter.core.second_factors.opening import is_backup_code_open
from charter.core.second_factors.seeds import BCRYPT, SELECTOR_LENGTH, plain_code, totp_of
from charter.core.users.model import User
from charter.core.users.notices import tell
from charter.kernel.operation import Context
from charter.kernel.work import Busy

TOTP, BACKUP_CODE = "totp", "backup_code"
STEP_SECONDS = 30
STEPS = (0, -1, 1)
"""Which steps beside the present one a code may be of: clocks differ, people type slowly."""
DIGITS = 6
LONGEST_CODE = 72


async def right_step(
    ctx: Context, instance: Instance, user_id: str, secret: TotpSecret | None, code: str
) -> int:
    """The time step that a code of the user's app is of; it is not taken yet.

    Raises: CodeIncorrect; UserLocked, when too many were tried.
    """
    await _count(ctx, instance, user_id, TOTP)
    step = _step_of(ctx, secret, code)
    if step is None or _is_taken(secret, step):
        await write_down(ctx, user_id, TOTP, "code_incorrect" if step is None else "code_replayed")
        raise CodeIncorrect("code")
    return step


async def take(ctx: Context, secret: TotpSecret, step: int) -> None:
    """Take a right code, in the transaction: it works once, and so does none before it.

    Raises: CodeIncorrect, when it was taken already.
    """
    if not await queries.take_step(ctx.db, secret, step):
        raise CodeIncorrect("code")
    await queries.forget_tries(ctx.db, secret.user_id)


async def prove_totp(ctx: Context, instance: Instance, user_id: str, code: str) -> None:
    """Go on only with a code of the user's authenticator app.

    Raises: CodeIncorrect; UserLocked.
    """
    reading = ctx.platform.database.reading(ctx.actor.instance_id)
    secret = await queries.find_totp(reading, user_id)
    if secret is not None and not secret.is_verified:
        secret = None
    step = await right_step(ctx, instance, user_id, secret, code)
    assert secret is not None  # noqa: S101  # without one, no code is right
    await take(ctx, secret, step)


async def prove_either(
    ctx: Context, instance: Instance, user: User, secret: TotpSecret, code: str
) -> str:
    """Go on only with a code of the user's app or a recovery code; one try, whichever it is.

    Returns: the strategy that the code was of; of the use of a recovery code the user is told.
    Raises: CodeIncorrect; UserLocked; Busy, which does not count as a try.
    """
    # What this finds out is told only once the try is counted, which both ways do first.
    if _step_of(ctx, secret, code) is not None or not is_backup_code_open(instance, user):
        await take(ctx, secret, await right_step(ctx, instance, user.id, secret, code))
        return TOTP
    await tell_of_use(ctx, user, await prove_backup_code(ctx, instance, user.id, code))
    return BACKUP_CODE


async def prove_backup_code(ctx: Context, instance: Instance, user_id: str, code: str) -> int:
    """Go on only with one of the user's recovery codes, which is used up by it.

    Returns: how many are left.
    Raises: CodeIncorrect; UserLocked; Busy, which does not count as a try.
    """
    await _count(ctx, instance, user_id, BACKUP_CODE)
    reading = ctx.platform.database.reading(ctx.actor.instance_id)
    kept = await queries.find_backup_codes(reading, user_id)
    try:
        found = await _matching(ctx, kept, code)
    except Busy:
        await queries.take_back_try(reading, user_id)
        raise
    if found is None:
        await write_down(ctx, user_id, BACKUP_CODE, CodeIncorrect.code)
        raise CodeIncorrect("code")
    if not await queries.spend_backup_code(ctx.db, found):
        raise CodeIncorrect("code")
    await queries.forget_tries(ctx.db, user_id)
    return len(kept) - 1


async def tell_of_use(ctx: Context, user: User, left: int) -> None:
    """Tell a person that one of their recovery codes was used up, and how many are left."""
    await tell(
        ctx,
        user,
        "A backup code was used",
        f"A backup code of your account was used. Codes left: {left}.",
        "If this was not you, change your password and make new backup codes.",
    )


async def _count(ctx: Context, instance: Instance, user_id: str, strategy: str) -> None:
    db = ctx.platform.database.reading(ctx.actor.instance_id)
    most = instance.settings.lockout_attempts
    if not await queries.count_try(db, user_id, ctx.now, most=most):
        await write_down(ctx, user_id, strategy, UserLocked.code)
        raise UserLocked("user_id")


def _step_of(ctx: Context, secret: TotpSecret | None, code: str) -> int | None:
    digits = code.replace(" ", "")
    if secret is None or len(digits) != DIGITS or not digits.isascii():
        return None
    app = totp_of(ctx, secret)
    present = int(ctx.now.timestamp()) // STEP_SECONDS
    found = None
    for offset in STEPS:
        if hmac.compare_digest(app.generate_otp(present + offset), digits):
            found = present + offset
    return found


def _is_taken(secret: TotpSecret | None, step: int) -> bool:
    return secret is not None and secret.last_step is not None and step <= secret.last_step


async def _matching(ctx: Context, kept: tuple[BackupCode, ...], code: str) -> BackupCode | None:
    """The recovery code that this text is; one slow hash, and one for each imported code."""
    if len(code) > LONGEST_CODE:
        return None
    work, typed = ctx.work, plain_code(code)
    for each in kept:
        if each.selector is None:
            hasher = "bcrypt" if BCRYPT.match(each.code_digest) else hashers.NEW_HASHER
            text = code
        elif each.selector == typed[:SELECTOR_LENGTH]:
            hasher, text = hashers.NEW_HASHER, typed
        else:
            continue
        if await work.run(hashers.verify, hasher, each.code_digest, text):
            return each
    return None
