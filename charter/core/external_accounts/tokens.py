"""The tokens that providers gave for users, for the app's server; renewed when they have ended."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from charter.core.external_accounts import queries
from charter.core.external_accounts.model import (
    ExternalAccountNotFound,
    ExternalAccountTokens,
    RefreshFailed,
    RefreshTokenMissing,
)
from charter.core.identity_providers import queries as provider_queries
from charter.core.identity_providers.model import (
    PREFIX,
    ProviderFailed,
    ProviderNotEnabled,
    RenewedTokens,
)
from charter.core.identity_providers.speaking import connected
from charter.core.keys.lookup import instance_of
from charter.core.users import queries as user_queries
from charter.core.users.model import UserNotFound
from charter.core.vocabulary import Permission
from charter.kernel.errors import Unavailable
from charter.kernel.lists import Found, Search
from charter.kernel.operation import Context, operation
from charter.kernel.secrets import SealRefused

MARGIN = timedelta(seconds=30)
"""A token that ends sooner is renewed: it has to live until the app's server has used it."""


@dataclass(frozen=True, slots=True)
class ProviderToken:
    """A token for a provider's own API, as the user allowed it."""

    external_account_id: str
    provider: str
    provider_user_id: str
    scopes: tuple[str, ...]
    token: str = field(repr=False)
    expires_at: datetime | None = None


@operation(
    "external_accounts.search_tokens",
    permission=Permission.USERS_MANAGE,
    raises=(
        ExternalAccountNotFound,
        ProviderNotEnabled,
        RefreshFailed,
        RefreshTokenMissing,
        UserNotFound,
    ),
)
async def search_tokens(
    ctx: Context, user_id: str, provider: str, search: Search
) -> Found[ProviderToken]:
    """Read the token that a provider gave for a user; one that has ended is renewed.

    provider: a strategy, with or without its `oauth_`.
    Returns: a page of one; of none, where the user had the token forgotten.
    Raises: UserNotFound; ExternalAccountNotFound; RefreshTokenMissing and RefreshFailed, for an
        ended one that cannot be renewed; ProviderNotEnabled.
    Source: Clerk BAPI 2025-11-10, GetOAuthAccessToken.
    """
    await ctx.allow()
    reading = ctx.platform.database.reading(ctx.actor.instance_id)
    await user_queries.get_user(reading, user_id)
    strategy = provider if provider.startswith(PREFIX) else PREFIX + provider
    row = await queries.find_tokens(reading, user_id, strategy)
    if row is None:
        raise ExternalAccountNotFound("provider")
    access = _opened(ctx, row, row.sealed_access_token, "access")
    items: tuple[ProviderToken, ...] = ()
    if access is not None:
        has_ended = row.token_expires_at is not None and row.token_expires_at <= ctx.now + MARGIN
        renewed = await _renewed(ctx, row) if has_ended else None
        items = (_token(row, access, renewed),)
    page = items[search.offset : search.offset + search.limit]
    return Found(page, len(items) if search.with_total else None)


def _token(row: ExternalAccountTokens, access: str, renewed: RenewedTokens | None) -> ProviderToken:
    return ProviderToken(
        external_account_id=row.id,
        provider=row.provider,
        provider_user_id=row.provider_user_id,
        scopes=tuple(row.approved_scopes.split()),
        token=renewed.access_token if renewed else access,
        expires_at=renewed.expires_at if renewed else row.token_expires_at,
    )


async def _renewed(ctx: Context, row: ExternalAccountTokens) -> RenewedTokens:
    """New tokens of the provider, kept in place of the ended ones."""
    refresh = _opened(ctx, row, row.sealed_refresh_token, "refresh")
    if refresh is None:
        raise RefreshTokenMissing
    reading = ctx.platform.database.reading(ctx.actor.instance_id)
    provider = await provider_queries.find_open(reading, row.provider)
    if provider is None:
        raise ProviderNotEnabled("provider")
    if ctx.platform.identity is None:
        raise Unavailable
    connection = connected(ctx, await instance_of(ctx), provider)
    try:
        renewed: RenewedTokens = await ctx.platform.identity.renew(connection, refresh, ctx.now)
    except ProviderFailed as failure:
        raise RefreshFailed from failure
    vault = ctx.platform.vault
    await queries.renew_tokens(
        ctx.db,
        row,
        # A provider that gives no new one means the old one to be used on.
        access=vault.seal(renewed.access_token.encode(), _context(row.id, "access")),
        refresh=vault.seal(
            (renewed.refresh_token or refresh).encode(), _context(row.id, "refresh")
        ),
        expires_at=renewed.expires_at,
    )
    return renewed


def _opened(
    ctx: Context, row: ExternalAccountTokens, sealed: bytes | None, name: str
) -> str | None:
    if sealed is None:
        return None
    try:
        return ctx.platform.vault.open(sealed, _context(row.id, name)).decode()
    except SealRefused:
        return None


def _context(account_id: str, name: str) -> str:
    return f"external_account:{account_id}:{name}"
