"""Takes second factors from users; shared by the user's own wish and that of the app's server."""

from charter.core.second_factors import queries
from charter.core.second_factors.model import TotpSecret
from charter.core.users import queries as user_queries
from charter.core.users.model import User
from charter.core.users.notices import tell
from charter.core.users.writing import write
from charter.kernel.operation import Context


async def take_totp(ctx: Context, before: User) -> TotpSecret | None:
    """Take the authenticator app from a locked user. Recovery codes go with the last factor.

    Returns: the seed as it was; None, and nothing is announced, where there was none.
    Announces: UserUpdated.
    """
    secret = await queries.delete_totp(ctx.db, before.id)
    if secret is None:
        return None
    if not secret.is_verified:
        await write(ctx, before)
        return secret
    left = await user_queries.get_user(ctx.db, before.id)
    if left.has_second_factor:
        after = await write(ctx, before)
    else:
        await queries.replace_backup_codes(ctx.db, before.id, ())
        after = await write(ctx, before, mfa_disabled_at=ctx.now)
    await tell(
        ctx,
        after,
        "An authenticator app was removed",
        "The authenticator app of your account was removed. It is not asked for any more.",
        "If this was not you, change your password and add one again.",
    )
    return secret
