"""What a mailed link does beside signing in: it proves an address, or leads to a new password."""

from charter.core.account_logins.admitting import limited
from charter.core.account_logins.linking import forget, link_of, spend, still_held
from charter.core.account_logins.model import CLIENT_ERRORS, LinkKind, LoginLinkInvalid
from charter.core.email_addresses.model import EmailAddressTaken
from charter.core.email_addresses.queries import ROWS
from charter.core.identifiers.rows import placed, proven, settled
from charter.core.instances.enabled import FieldNotEnabled, check_enabled
from charter.core.keys.lookup import instance_of
from charter.core.passwords import queries as password_queries
from charter.core.passwords.locking import forgiven
from charter.core.passwords.model import GivenPassword
from charter.core.passwords.setting import SETTING_ERRORS, ready
from charter.core.sessions.ending import end_sessions_of_user
from charter.core.sessions.model import SessionStatus
from charter.core.users import queries as user_queries
from charter.core.users.making import names_held
from charter.core.users.model import UserNotFound
from charter.core.users.writing import write
from charter.core.verification import Strategy
from charter.core.vocabulary import Permission
from charter.kernel.errors import MissingInput
from charter.kernel.operation import Context, operation


@operation(
    "account_logins.prove_address",
    permission=Permission.PUBLIC,
    raises=(*CLIENT_ERRORS, LoginLinkInvalid),
)
async def prove_address(ctx: Context, token: str, client_id: str | None = None) -> None:
    """Prove an address by the link that was mailed there.

    Raises: LoginLinkInvalid, also when another user has proven the address meanwhile.
    Announces: UserUpdated, and what enrolls the person in organizations of its domain.
    Source: Accounts API, POST /auth/verify.
    """
    await ctx.allow()
    await limited(ctx, await instance_of(ctx))
    link = await link_of(ctx, LinkKind.PROVE, token, client_id)
    try:
        await spend(ctx, link)
        user = await user_queries.lock_user(ctx.db, link.user.id)
        row = still_held(link, user)
        if row.is_verified:
            return
        if await ROWS.is_held_by_another(ctx.db, row.address_key, user.id):
            raise LoginLinkInvalid
        rows = placed(user.email_addresses, proven(row, Strategy.EMAIL_LINK, ctx.now))
        await ROWS.save(ctx, user, settled(rows, ctx.now))
    except (EmailAddressTaken, UserNotFound) as gone:
        raise LoginLinkInvalid from gone


@operation(
    "account_logins.reset_password",
    permission=Permission.PUBLIC,
    raises=(*CLIENT_ERRORS, *SETTING_ERRORS, FieldNotEnabled, LoginLinkInvalid),
)
async def reset_password(
    ctx: Context, token: str, new_password: str, client_id: str | None = None
) -> None:
    """Set a new password by the link that was mailed to a proven address.

    All sessions of the person end, and a lock after too many tries; nobody is signed in by it.
    Raises: LoginLinkInvalid; SETTING_ERRORS, which leave the link as good as it was.
    Announces: UserUpdated; SessionRevoked for each session.
    Source: Accounts API, POST /auth/reset-password.
    """
    await ctx.allow()
    instance = await instance_of(ctx)
    await limited(ctx, instance)
    link = await link_of(ctx, LinkKind.RESET, token, client_id)
    check_enabled(instance, "password", "new_password")
    given = GivenPassword(password=new_password)
    made = await ready(ctx, instance, link.user.id, given, names_held(link.user))
    if made is None:
        raise MissingInput("new_password", reason="it is required")
    await spend(ctx, link)
    try:
        user = await user_queries.lock_user(ctx.db, link.user.id)
    except UserNotFound as gone:
        raise LoginLinkInvalid from gone
    if not still_held(link, user).is_verified or user.is_banned:
        raise LoginLinkInvalid
    await password_queries.set_password(ctx.db, made)
    await end_sessions_of_user(ctx, user.id, status=SessionStatus.REVOKED)
    await forget(ctx, LinkKind.RESET, link.address)
    await write(ctx, user, **forgiven(instance, user, ctx.now))
