"""Takes from a user every way in that was added of late: whoever got in may have added it."""

from dataclasses import replace
from datetime import datetime

from charter.core.api_keys import queries as api_key_queries
from charter.core.api_keys.model import ApiKeyRevoked
from charter.core.external_accounts import queries as external_queries
from charter.core.external_accounts.model import ExternalAccountUnlinked
from charter.core.grants import granting
from charter.core.grants.model import Purpose
from charter.core.oauth_authorizations import queries as oauth_queries
from charter.core.oauth_authorizations.model import OauthAuthorizationRevoked, OauthConsentWithdrawn
from charter.core.passkeys import queries as passkey_queries
from charter.core.passwords import queries as password_queries
from charter.core.phone_numbers.queries import ROWS as PHONE_NUMBERS
from charter.core.second_factors import queries as factor_queries
from charter.core.sessions.ending import end_sessions_of_user
from charter.core.sessions.model import SessionStatus
from charter.core.sign_ins import queries as sign_in_queries
from charter.core.users import queries as user_queries
from charter.core.users.model import User
from charter.core.web3_wallets import queries as wallet_queries
from charter.kernel.operation import Context

REASON = "a change of address was undone"


async def shut_out(ctx: Context, user: User, since: datetime) -> User:
    """Take the password from a locked user, and what was added since; email addresses stay.

    That is: phone numbers, wallets, passkeys, accounts elsewhere, the authenticator app, recovery
    codes, API keys and what applications may do. Every session and every sign-in ends.
    Returns: the user as they are now, whom the caller says to have changed.
    Announces: SessionRevoked, ExternalAccountUnlinked, ApiKeyRevoked, OauthConsentWithdrawn and
        OauthAuthorizationRevoked, for each.
    """
    await end_sessions_of_user(ctx, user.id, status=SessionStatus.REVOKED)
    await sign_in_queries.abandon_of_user(ctx.db, user.id, ctx.now)
    await password_queries.delete_password(ctx.db, user.id)
    await _take_identities(ctx, user, since)
    await _take_programs(ctx, user, since)
    return await _take_second_factors(ctx, user, since)


async def _take_identities(ctx: Context, user: User, since: datetime) -> None:
    await PHONE_NUMBERS.write(
        ctx, user, [row for row in user.phone_numbers if row.created_at < since]
    )
    wallets = [row for row in user.web3_wallets if row.created_at < since]
    for wallet in user.web3_wallets:
        if wallet not in wallets:
            await wallet_queries.delete_wallet(ctx.db, wallet.id)
    left = next((row for row in wallets if row.is_verified), None)
    if left is not None and not any(row.is_primary for row in wallets):
        await wallet_queries.set_primary_wallet(ctx.db, user.id, left.id)
    for passkey in user.passkeys:
        if passkey.created_at >= since:
            await passkey_queries.delete_passkey(ctx.db, passkey)
    for account in user.external_accounts:
        if account.created_at >= since:
            await granting.revoke(ctx, Purpose.OAUTH_STATE, account.id)
            await external_queries.delete_account(ctx.db, account.id)
            if account.is_verified:
                ctx.announce(ExternalAccountUnlinked(before=account))


async def _take_programs(ctx: Context, user: User, since: datetime) -> None:
    """Take what acts for the user without any session."""
    for key in await api_key_queries.revoke_since(ctx.db, user.id, since, REASON, ctx.now):
        ctx.announce(ApiKeyRevoked(key, before=replace(key, revoked_at=None)))
    for consent in await oauth_queries.withdraw_since(ctx.db, user.id, since):
        ctx.announce(OauthConsentWithdrawn(consent))
    for each in await oauth_queries.revoke_since(ctx.db, user.id, since, REASON, ctx.now):
        ctx.announce(OauthAuthorizationRevoked(each, before=replace(each, revoked_at=None)))


async def _take_second_factors(ctx: Context, user: User, since: datetime) -> User:
    await factor_queries.delete_since(ctx.db, user.id, since)
    left = await user_queries.get_user(ctx.db, user.id)
    if not user.has_second_factor or left.has_second_factor:
        return left
    # Recovery codes stand in for another factor: alone they are none.
    await factor_queries.replace_backup_codes(ctx.db, user.id, ())
    await user_queries.update_user(ctx.db, left, ctx.now, mfa_disabled_at=ctx.now)
    return await user_queries.get_user(ctx.db, user.id)
