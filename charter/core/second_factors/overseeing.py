"""What an app's server can do with the second factors of its users."""

import dataclasses
from dataclasses import dataclass

from charter.core.checks.model import CodeIncorrect
from charter.core.keys.lookup import instance_of
from charter.core.passwords.model import UserLocked
from charter.core.phone_numbers.queries import ROWS
from charter.core.second_factors import proving, queries
from charter.core.second_factors.model import (
    FactorCodeIncorrect,
    FactorProof,
    FactorProven,
    TotpNotEnabled,
)
from charter.core.second_factors.opening import is_totp_open
from charter.core.second_factors.removing import take_totp
from charter.core.users import queries as user_queries
from charter.core.users.model import User, UserNotFound
from charter.core.users.notices import tell
from charter.core.users.writing import locked, write
from charter.core.vocabulary import Permission
from charter.kernel.operation import Context, operation

WARNING = "If you did not ask for this, get in touch with the people who run this app."


@dataclass(frozen=True, slots=True)
class CodeChecked:
    """A code was right; `code_type` is `totp` or `backup_code`."""

    code_type: str


@operation(
    "second_factors.check_code",
    permission=Permission.USERS_MANAGE,
    raises=(FactorCodeIncorrect, TotpNotEnabled, UserLocked, UserNotFound),
)
async def check_code(ctx: Context, user_id: str, code: str) -> CodeChecked:
    """Check a code of a user's authenticator app, or a recovery code, which is used up by it.

    A code works once, here or in a sign-in, and tries are counted together with those there.
    Raises: UserNotFound; TotpNotEnabled; FactorCodeIncorrect; UserLocked, after too many tries.
    Announces: FactorProven.
    Source: Clerk BAPI 2025-11-10, VerifyTOTP.
    """
    await ctx.allow()
    instance = await instance_of(ctx)
    reading = ctx.platform.database.reading(ctx.actor.instance_id)
    user = await user_queries.get_user(reading, user_id)
    secret = await queries.find_totp(reading, user.id)
    if secret is None or not is_totp_open(instance, user):
        raise TotpNotEnabled("user_id")
    try:
        strategy = await proving.prove_either(ctx, instance, user, secret, code)
    except CodeIncorrect:
        raise FactorCodeIncorrect from None
    ctx.announce(FactorProven(FactorProof(user.id, strategy)))
    return CodeChecked(strategy)


@operation("second_factors.disable", permission=Permission.USERS_MANAGE, raises=(UserNotFound,))
async def disable(ctx: Context, user_id: str) -> User:
    """Take all second factors from a user: app, phone numbers as factors, recovery codes.

    Where the instance asks for one, they are asked to set one up when they sign in again.
    Returns: the user; unchanged, and nothing announced, if they had none.
    Raises: UserNotFound.
    Announces: UserUpdated.
    Source: Clerk BAPI 2025-11-10, DisableMFA.
    """
    await ctx.allow()
    before = await locked(ctx, user_id)
    secret = await queries.delete_totp(ctx.db, before.id)
    numbers = [
        dataclasses.replace(
            row, is_second_factor=False, is_default_second_factor=False, updated_at=ctx.now
        )
        if row.is_second_factor
        else row
        for row in before.phone_numbers
    ]
    if secret is None and not before.has_second_factor and not before.has_backup_codes:
        return before
    await ROWS.write(ctx, before, numbers)
    await queries.replace_backup_codes(ctx.db, before.id, ())
    if not before.has_second_factor:
        return await write(ctx, before)
    after = await write(ctx, before, mfa_disabled_at=ctx.now)
    await tell(
        ctx,
        after,
        "Two-step verification was turned off",
        "The second factors of your account were removed. They are not asked for any more.",
        WARNING,
    )
    return after


@operation("second_factors.delete_totp", permission=Permission.USERS_MANAGE, raises=(UserNotFound,))
async def delete_totp(ctx: Context, user_id: str) -> User:
    """Take the authenticator app from a user. Recovery codes go with the last second factor.

    Returns: the user as they were; nothing is announced if they had none.
    Raises: UserNotFound.
    Announces: UserUpdated.
    Source: Clerk BAPI 2025-11-10, DeleteTOTP.
    """
    await ctx.allow()
    before = await locked(ctx, user_id)
    await take_totp(ctx, before)
    return before


@operation(
    "second_factors.delete_backup_codes",
    permission=Permission.USERS_MANAGE,
    raises=(UserNotFound,),
)
async def delete_backup_codes(ctx: Context, user_id: str) -> User:
    """Take all recovery codes from a user; their second factors stay.

    Returns: the user; unchanged, and nothing announced, if they had none.
    Raises: UserNotFound.
    Announces: UserUpdated.
    Source: Clerk BAPI 2025-11-10, DeleteBackupCode.
    """
    await ctx.allow()
    before = await locked(ctx, user_id)
    if not before.has_backup_codes:
        return before
    await queries.replace_backup_codes(ctx.db, before.id, ())
    after = await write(ctx, before)
    await tell(
        ctx,
        after,
        "Your backup codes were removed",
        "The backup codes of your account were removed. They work no longer.",
        WARNING,
    )
    return after
