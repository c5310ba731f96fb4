"""What can be done with one's own second factors."""

from charter.core.checks.model import CodeIncorrect
from charter.core.instances.model import Instance
from charter.core.keys.lookup import instance_of
from charter.core.passwords.model import UserLocked
from charter.core.second_factors import proving, queries, seeds
from charter.core.second_factors.model import (
    AuthenticatorAppDisabled,
    BackupCode,
    BackupCodes,
    BackupCodesUnavailable,
    LastSecondFactor,
    Totp,
    TotpEnabled,
    TotpNotFound,
    TotpSecret,
)
from charter.core.second_factors.opening import check_not_last
from charter.core.second_factors.removing import take_totp
from charter.core.sessions.queries import update_factors
from charter.core.sessions.recent import ReverificationRequired, require_recent_factor
from charter.core.sessions.tasks import second_factor_shown
from charter.core.users import queries as user_queries
from charter.core.users.model import User
from charter.core.users.notices import tell
from charter.core.users.writing import write
from charter.core.vocabulary import Permission
from charter.kernel.operation import Context, operation


@operation(
    "second_factors.begin_totp",
    permission=Permission.SELF,
    raises=(AuthenticatorAppDisabled, ReverificationRequired, TotpEnabled),
)
async def begin_totp(ctx: Context) -> Totp:
    """Make a seed for an authenticator app; nobody is asked for its codes before one was given.

    A seed that was begun and not verified is forgotten.
    Returns: the seed, shown this once.
    Raises: AuthenticatorAppDisabled; TotpEnabled; ReverificationRequired.
    Source: Clerk FAPI 2026-05-12, postTOTP.
    """
    await ctx.allow()
    await require_recent_factor(ctx)
    instance = await instance_of(ctx)
    _check_open(instance)
    user = await user_queries.lock_user(ctx.db, ctx.user_id)
    if user.has_totp:
        raise TotpEnabled
    secret, text = seeds.new_totp(ctx, user.id)
    await queries.set_totp(ctx.db, secret)
    return _shown(ctx, secret, text=text, uri=seeds.uri_of(instance, user, text))


@operation(
    "second_factors.verify_totp",
    permission=Permission.SELF,
    raises=(AuthenticatorAppDisabled, CodeIncorrect, TotpEnabled, TotpNotFound, UserLocked),
)
async def verify_totp(ctx: Context, code: str) -> Totp:
    """Enable an authenticator app by its first code; from now on sign-ins ask for one.

    code: six digits; it works once, here or in a sign-in.
    Returns: the app; with recovery codes, shown this once, for who has none yet.
    Raises: TotpNotFound, when none was begun; TotpEnabled; CodeIncorrect; UserLocked, after too
        many tries.
    Announces: UserUpdated; SessionRevoked for other sessions that waited for a second factor.
    Source: Clerk FAPI 2026-05-12, verifyTOTP.
    """
    await ctx.allow()
    instance = await instance_of(ctx)
    _check_open(instance)
    reading = ctx.platform.database.reading(ctx.actor.instance_id)
    secret = await queries.find_totp(reading, ctx.user_id)
    if secret is None:
        raise TotpNotFound
    if secret.is_verified:
        raise TotpEnabled
    step = await proving.right_step(ctx, instance, ctx.user_id, secret, code)
    codes: tuple[str, ...] | None = None
    rows: list[BackupCode] = []
    if instance.settings.attributes.backup_code.is_enabled:
        before = await user_queries.get_user(reading, ctx.user_id)
        if not before.has_backup_codes:
            codes, rows = await seeds.new_backup_codes(ctx, ctx.user_id)
    user = await user_queries.lock_user(ctx.db, ctx.user_id)
    if user.has_totp:
        # Another code enabled it meanwhile, and its recovery codes were shown.
        raise TotpEnabled
    await proving.take(ctx, secret, step)
    if rows:
        await queries.replace_backup_codes(ctx.db, user.id, rows)
    await _now_proven(ctx)
    if user.has_second_factor:
        after = await write(ctx, user)
    else:
        after = await write(ctx, user, mfa_enabled_at=ctx.now)
    await tell(
        ctx,
        after,
        "An authenticator app was added",
        "An authenticator app was added to your account. From now on it is asked for when you"
        " sign in.",
        "If this was not you, change your password and remove it.",
    )
    return _shown(ctx, secret, is_verified=True, backup_codes=codes)


@operation(
    "second_factors.remove_totp",
    permission=Permission.SELF,
    raises=(LastSecondFactor, ReverificationRequired, TotpNotFound),
)
async def remove_totp(ctx: Context) -> Totp:
    """Remove one's authenticator app. Recovery codes go with the last second factor.

    Returns: the app as it was.
    Raises: TotpNotFound; LastSecondFactor, where the instance asks for one;
        ReverificationRequired.
    Announces: UserUpdated.
    Source: Clerk FAPI 2026-05-12, deleteTOTP.
    """
    await ctx.allow()
    await require_recent_factor(ctx)
    before = await user_queries.lock_user(ctx.db, ctx.user_id)
    secret = await take_totp(ctx, before)
    if secret is None:
        raise TotpNotFound
    if secret.is_verified:
        check_not_last(await instance_of(ctx), await user_queries.get_user(ctx.db, before.id))
    return _shown(ctx, secret)


@operation(
    "second_factors.create_backup_codes",
    permission=Permission.SELF,
    raises=(BackupCodesUnavailable, ReverificationRequired),
)
async def create_backup_codes(ctx: Context) -> BackupCodes:
    """Make recovery codes in place of those that are left.

    Returns: the codes, shown this once.
    Raises: BackupCodesUnavailable, for who has no second factor too; ReverificationRequired.
    Announces: UserUpdated.
    Source: Clerk FAPI 2026-05-12, createBackupCodes.
    """
    await ctx.allow()
    await require_recent_factor(ctx)
    instance = await instance_of(ctx)
    reading = ctx.platform.database.reading(ctx.actor.instance_id)
    found = await user_queries.get_user(reading, ctx.user_id)
    _check_backup_codes(instance, found)
    codes, rows = await seeds.new_backup_codes(ctx, found.id)
    before = await user_queries.lock_user(ctx.db, found.id)
    # It may have been removed while the codes were hashed.
    _check_backup_codes(instance, before)
    await queries.replace_backup_codes(ctx.db, before.id, rows)
    after = await write(ctx, before)
    await tell(
        ctx,
        after,
        "New backup codes were made",
        "New backup codes were made for your account. Those from before work no longer.",
        "If this was not you, change your password and make new ones.",
    )
    return BackupCodes(ctx.new_id("bcodes_"), codes, ctx.now)


def _check_open(instance: Instance) -> None:
    if not instance.settings.attributes.authenticator_app.is_enabled:
        raise AuthenticatorAppDisabled


def _check_backup_codes(instance: Instance, user: User) -> None:
    if not instance.settings.attributes.backup_code.is_enabled or not user.has_second_factor:
        raise BackupCodesUnavailable


async def _now_proven(ctx: Context) -> None:
    """Note at the session that its person has shown the second factor."""
    if ctx.actor.session_id is not None:
        await update_factors(ctx.db, ctx.actor.session_id, ctx.now, is_second=True)
    await second_factor_shown(ctx, ctx.user_id, ctx.actor.session_id)


def _shown(
    ctx: Context,
    secret: TotpSecret,
    *,
    is_verified: bool | None = None,
    text: str | None = None,
    uri: str | None = None,
    backup_codes: tuple[str, ...] | None = None,
) -> Totp:
    return Totp(
        # There is one at a time, so it is named after its user.
        id="totp_" + secret.user_id.removeprefix("user_"),
        is_verified=secret.is_verified if is_verified is None else is_verified,
        created_at=secret.created_at,
        updated_at=ctx.now,
        secret=text,
        uri=uri,
        backup_codes=backup_codes,
    )
