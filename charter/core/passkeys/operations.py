"""What can be done with one's own passkeys."""

from charter.core.checks.model import CheckExpired
from charter.core.clients.browsers import find_own
from charter.core.keys.lookup import instance_of
from charter.core.organizations.naming import checked_name
from charter.core.passkeys import ceremony, queries
from charter.core.passkeys.model import (
    MOST_PASSKEYS,
    BegunPasskey,
    CredentialInvalid,
    LastWayIn,
    Passkey,
    PasskeyNotFound,
    PasskeyOriginRefused,
    PasskeyPatch,
    PasskeyRefused,
    PasskeysDisabled,
    PasskeyTaken,
    TooManyPasskeys,
)
from charter.core.passkeys.names import name_of
from charter.core.sessions.recent import ReverificationRequired, require_recent_factor
from charter.core.sign_ins.ways import table
from charter.core.users import queries as user_queries
from charter.core.users.model import User, UserNotFound
from charter.core.users.notices import tell_of
from charter.core.users.writing import locked, write
from charter.core.vocabulary import Permission
from charter.kernel.operation import Context, operation


@operation(
    "passkeys.begin",
    permission=Permission.SELF,
    raises=(PasskeyOriginRefused, PasskeysDisabled, ReverificationRequired, TooManyPasskeys),
)
async def begin(ctx: Context) -> BegunPasskey:
    """Ask a device of the user for a new passkey. There is none before the device has answered.

    Returns: what the browser has to ask the device for; it has five minutes.
    Raises: PasskeysDisabled; PasskeyOriginRefused; TooManyPasskeys; ReverificationRequired.
    Source: Clerk FAPI 2026-05-12, postPasskey.
    """
    await ctx.allow()
    await require_recent_factor(ctx)
    instance = await instance_of(ctx)
    ceremony.check_enabled(instance)
    client = await find_own(ctx)
    user = await user_queries.lock_user(ctx.db, ctx.user_id)
    _check_room(user)
    passkey_id = ctx.new_id("passkey_")
    client_id = None if client is None else client.id
    asked = await ceremony.ask_to_register(ctx, instance, user, passkey_id, client_id)
    begun = Passkey(passkey_id, user.id, name_of(""), None, ctx.now, ctx.now)
    return BegunPasskey(begun, asked.options, asked.expires_at)


@operation(
    "passkeys.attempt_verification",
    permission=Permission.SELF,
    raises=(
        CheckExpired,
        CredentialInvalid,
        PasskeyOriginRefused,
        PasskeyRefused,
        PasskeysDisabled,
        PasskeyTaken,
        TooManyPasskeys,
    ),
)
async def attempt_verification(
    ctx: Context, passkey_id: str, public_key_credential: str
) -> Passkey:
    """Register the passkey that a device has made; from now on it signs its user in.

    public_key_credential: the device's answer as JSON text.
    Raises: CredentialInvalid; PasskeyRefused; CheckExpired; PasskeyOriginRefused; PasskeyTaken;
        TooManyPasskeys; PasskeysDisabled.
    Announces: UserUpdated.
    Source: Clerk FAPI 2026-05-12, attemptPasskeyVerification.
    """
    await ctx.allow()
    instance = await instance_of(ctx)
    ceremony.check_enabled(instance)
    client = await find_own(ctx)
    client_id = None if client is None else client.id
    row = await ceremony.registered(
        ctx,
        instance,
        public_key_credential,
        passkey_id=passkey_id,
        client_id=client_id,
        user_id=ctx.user_id,
    )
    before = await user_queries.lock_user(ctx.db, ctx.user_id)
    _check_room(before)
    await queries.insert_passkey(ctx.db, row)
    after = await write(ctx, before)
    await tell_of(ctx, after, "passkey_added", passkey_name=row.name)
    return await queries.get_passkey(ctx.db, after.id, row.id)


@operation("passkeys.get", permission=Permission.SELF, raises=(PasskeyNotFound,), writes=False)
async def get(ctx: Context, passkey_id: str) -> Passkey:
    """Read one of one's passkeys.

    Raises: PasskeyNotFound.
    Source: Clerk FAPI 2026-05-12, readPasskey.
    """
    await ctx.allow()
    return await queries.get_passkey(ctx.db, ctx.user_id, passkey_id)


@operation("passkeys.update", permission=Permission.SELF, raises=(PasskeyNotFound,))
async def update(ctx: Context, passkey_id: str, patch: PasskeyPatch) -> Passkey:
    """Give one of one's passkeys another name.

    Raises: PasskeyNotFound.
    Announces: UserUpdated.
    Source: Clerk FAPI 2026-05-12, patchPasskey.
    """
    await ctx.allow()
    before = await user_queries.lock_user(ctx.db, ctx.user_id)
    passkey = await queries.get_passkey(ctx.db, before.id, passkey_id)
    ctx.expect(passkey.updated_at)
    if not isinstance(patch.name, str):
        return passkey
    await queries.rename_passkey(ctx.db, passkey, checked_name(patch.name), ctx.now)
    await write(ctx, before)
    return await queries.get_passkey(ctx.db, before.id, passkey_id)


@operation(
    "passkeys.delete",
    permission=Permission.SELF,
    raises=(LastWayIn, PasskeyNotFound, ReverificationRequired),
)
async def delete(ctx: Context, passkey_id: str) -> Passkey:
    """Remove one of one's passkeys; not the last way to sign in.

    Returns: the passkey as it was.
    Raises: PasskeyNotFound; LastWayIn; ReverificationRequired.
    Announces: UserUpdated.
    Source: Clerk FAPI 2026-05-12, deletePasskey.
    """
    await ctx.allow()
    await require_recent_factor(ctx)
    instance = await instance_of(ctx)
    before = await user_queries.lock_user(ctx.db, ctx.user_id)
    passkey = await queries.get_passkey(ctx.db, before.id, passkey_id)
    after = await _take(ctx, before, passkey)
    if not table.leads_in(instance, after):
        raise LastWayIn("passkey_id")
    return passkey


@operation(
    "passkeys.remove",
    permission=Permission.USERS_MANAGE,
    raises=(PasskeyNotFound, UserNotFound),
)
async def remove(ctx: Context, user_id: str, passkey_id: str) -> Passkey:
    """Take a passkey from a user, even if they cannot sign in otherwise: it may be a thief's.

    Returns: the passkey as it was.
    Raises: UserNotFound; PasskeyNotFound.
    Announces: UserUpdated.
    Source: Clerk BAPI 2025-11-10, UserPasskeyDelete.
    """
    await ctx.allow()
    before = await locked(ctx, user_id)
    passkey = await queries.get_passkey(ctx.db, before.id, passkey_id)
    await _take(ctx, before, passkey)
    return passkey


async def _take(ctx: Context, before: User, passkey: Passkey) -> User:
    """Take a passkey from a locked user, who is told. Returns: the user as they are now."""
    await queries.delete_passkey(ctx.db, passkey)
    after = await write(ctx, before)
    await tell_of(ctx, after, "passkey_removed", passkey_name=passkey.name)
    return after


def _check_room(user: User) -> None:
    if len(user.passkeys) >= MOST_PASSKEYS:
        raise TooManyPasskeys
