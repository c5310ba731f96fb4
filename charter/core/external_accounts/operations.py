"""What can be done with external accounts, by the user whose they are."""

from collections.abc import Sequence
from dataclasses import replace

from charter.core.checks.model import CheckStatus
from charter.core.clients.browsers import own
from charter.core.external_accounts import attaching, queries
from charter.core.external_accounts.model import (
    BrowserNeeded,
    ExternalAccount,
    ExternalAccountConnected,
    ExternalAccountNotFound,
    ExternalAccountRow,
    ExternalAccountUnlinked,
    ExternalAccountView,
    NewExternalAccount,
)
from charter.core.grants import granting
from charter.core.grants.model import Purpose
from charter.core.identity_providers.model import PREFIX
from charter.core.identity_providers.presets import PRESETS
from charter.core.identity_providers.speaking import (
    LIFETIME,
    SPEAKING_ERRORS,
    Flow,
    Question,
    ask,
)
from charter.core.keys.lookup import instance_of
from charter.core.limits.limiting import FLOWS, limit
from charter.core.sessions.recent import ReverificationRequired, require_recent_factor
from charter.core.users import queries as user_queries
from charter.core.users.model import User, UserNotFound
from charter.core.users.writing import write
from charter.core.verification import LastIdentifier
from charter.core.vocabulary import Permission
from charter.kernel.operation import Context, operation


@operation(
    "external_accounts.create",
    permission=Permission.SELF,
    raises=(
        *SPEAKING_ERRORS,
        BrowserNeeded,
        ExternalAccountConnected,
        ReverificationRequired,
        UserNotFound,
    ),
)
async def create(ctx: Context, new: NewExternalAccount) -> ExternalAccountView:
    """Ask for an account at a provider to be linked to the acting user.

    Returns: the account, unproven, with the address to send the person to.
    Raises: StrategyNotAllowed; ReturnUrlNotAllowed; ExternalAccountConnected;
        ReverificationRequired.
    Source: Clerk FAPI 2026-05-12, postOAuthAccounts.
    """
    await ctx.allow()
    await require_recent_factor(ctx)
    instance = await instance_of(ctx)
    await limit(ctx, instance, FLOWS)
    client_id = await _client_id(ctx)
    user = await user_queries.lock_user(ctx.db, ctx.user_id)
    account = next((a for a in user.external_accounts if a.provider == new.strategy), None)
    if account is not None and account.is_verified:
        raise ExternalAccountConnected("strategy")
    account_id = account.id if account is not None else ctx.new_id("eac_")
    question = Question(
        flow=Flow.LINK,
        flow_id=account_id,
        strategy=new.strategy,
        client_id=client_id,
        redirect_url=new.redirect_url,
        complete_url=new.action_complete_redirect_url,
        login_hint=new.oidc_login_hint,
        prompt=new.oidc_prompt,
        scopes=_scopes(new.additional_scope),
        user_id=user.id,
    )
    check = await ask(ctx, instance, question)
    if account is None:
        await queries.insert_account(ctx.db, _waiting(ctx, account_id, user.id, new.strategy))
    else:
        waiting = replace(
            account,
            status=CheckStatus.UNVERIFIED,
            expires_at=check.expires_at,
            error=None,
            updated_at=ctx.now,
        )
        await queries.set_state(ctx.db, waiting)
    made = await queries.get_account(ctx.db, user.id, account_id)
    return ExternalAccountView(made, check.redirect_url)


@operation(
    "external_accounts.reauthorize",
    permission=Permission.SELF,
    raises=(*SPEAKING_ERRORS, BrowserNeeded, ExternalAccountNotFound, UserNotFound),
)
async def reauthorize(
    ctx: Context,
    external_account_id: str,
    redirect_url: str,
    *,
    action_complete_redirect_url: str | None = None,
    additional_scope: Sequence[str] | None = None,
    oidc_login_hint: str | None = None,
    oidc_prompt: str | None = None,
) -> ExternalAccountView:
    """Ask the provider of a linked account again, for more scopes or for new tokens.

    Returns: the account, with the address to send the person to. It stays linked meanwhile, and
        if they choose another account there.
    Raises: ExternalAccountNotFound; StrategyNotAllowed; ReturnUrlNotAllowed.
    Source: Clerk FAPI 2026-05-12, reauthorizeExternalAccount.
    """
    await ctx.allow()
    instance = await instance_of(ctx)
    await limit(ctx, instance, FLOWS)
    client_id = await _client_id(ctx)
    user = await user_queries.lock_user(ctx.db, ctx.user_id)
    account = await queries.get_account(ctx.db, user.id, external_account_id)
    question = Question(
        flow=Flow.LINK,
        flow_id=account.id,
        strategy=account.provider,
        client_id=client_id,
        redirect_url=redirect_url,
        complete_url=action_complete_redirect_url,
        login_hint=oidc_login_hint,
        prompt=oidc_prompt,
        scopes=(*account.approved_scopes.split(), *_scopes(additional_scope)),
        user_id=user.id,
    )
    check = await ask(ctx, instance, question)
    await queries.set_state(ctx.db, replace(account, error=None, updated_at=ctx.now))
    return ExternalAccountView(replace(account, error=None), check.redirect_url)


@operation(
    "external_accounts.delete",
    permission=Permission.SELF,
    raises=(ExternalAccountNotFound, LastIdentifier, ReverificationRequired, UserNotFound),
)
async def delete(ctx: Context, external_account_id: str) -> ExternalAccount:
    """Take an account elsewhere from the acting user. Answers of its provider come too late.

    Returns: the account as it was.
    Raises: ExternalAccountNotFound; LastIdentifier, when the user could not sign in any more;
        ReverificationRequired.
    Announces: ExternalAccountUnlinked, UserUpdated.
    Source: Clerk FAPI 2026-05-12, deleteExternalAccount.
    """
    await ctx.allow()
    await require_recent_factor(ctx)
    return await _taken(ctx, ctx.user_id, external_account_id)


@operation(
    "external_accounts.remove",
    permission=Permission.USERS_MANAGE,
    raises=(ExternalAccountNotFound, LastIdentifier, UserNotFound),
)
async def remove(ctx: Context, user_id: str, external_account_id: str) -> ExternalAccount:
    """Take an account elsewhere from a user, by the app's server.

    Returns: the account as it was.
    Raises: UserNotFound; ExternalAccountNotFound; LastIdentifier, when the user could not sign in
        any more.
    Announces: ExternalAccountUnlinked, UserUpdated.
    Source: Clerk BAPI 2025-11-10, DeleteExternalAccount.
    """
    await ctx.allow()
    return await _taken(ctx, user_id, external_account_id)


@operation(
    "external_accounts.forget_tokens",
    permission=Permission.SELF,
    raises=(ExternalAccountNotFound, UserNotFound),
)
async def forget_tokens(ctx: Context, external_account_id: str) -> User:
    """Forget the tokens that a provider gave for the acting user; the account stays linked.

    Returns: the user.
    Raises: ExternalAccountNotFound.
    Announces: UserUpdated.
    Source: Clerk FAPI 2026-05-12, revokeExternalAccountTokens.
    """
    await ctx.allow()
    user = await user_queries.lock_user(ctx.db, ctx.user_id)
    account = await queries.get_account(ctx.db, user.id, external_account_id)
    await queries.forget_tokens(ctx.db, account.id)
    return await write(ctx, user)


async def _taken(ctx: Context, user_id: str, external_account_id: str) -> ExternalAccount:
    """Take an account from its user, unless nothing would be left to sign in with."""
    user = await user_queries.lock_user(ctx.db, user_id)
    account = await queries.get_account(ctx.db, user.id, external_account_id)
    if account.is_verified and not _signs_in_without(user, account):
        raise LastIdentifier("external_account_id")
    await granting.revoke(ctx, Purpose.OAUTH_STATE, account.id)
    await queries.delete_account(ctx.db, account.id)
    if account.is_verified:
        ctx.announce(ExternalAccountUnlinked(before=account))
        name = _name(account.provider)
        await attaching.tell(ctx, user, f"{name} was disconnected from your account")
    await write(ctx, user)
    return account


async def _client_id(ctx: Context) -> str:
    """The browser that the provider's answer will come back to. Raises: BrowserNeeded."""
    if ctx.actor.client_digest is None:
        raise BrowserNeeded
    return (await own(ctx)).client.id


def _signs_in_without(user: User, account: ExternalAccount) -> bool:
    """Whether something else is left that the user signs in with."""
    addresses = any(row.is_verified or row.is_reserved for row in user.email_addresses)
    numbers = any(row.is_verified or row.is_reserved for row in user.phone_numbers)
    others = any(a.is_verified for a in user.external_accounts if a.id != account.id)
    by_name = user.username is not None and user.password_updated_at is not None
    return addresses or numbers or others or by_name or bool(user.web3_wallets)


def _scopes(given: Sequence[str] | None) -> tuple[str, ...]:
    """Each scope by itself, however a client writes several."""
    return tuple(scope for text in given or () for scope in text.replace(",", " ").split())


def _name(strategy: str) -> str:
    """What people call a provider."""
    preset = PRESETS.get(strategy.removeprefix(PREFIX))
    return preset.name if preset is not None else strategy.rpartition("_")[2].capitalize()


def _waiting(ctx: Context, account_id: str, user_id: str, strategy: str) -> ExternalAccountRow:
    return ExternalAccountRow(
        id=account_id,
        user_id=user_id,
        identification_id=ctx.new_id("idn_"),
        provider=strategy,
        issuer=None,
        provider_user_id=None,
        approved_scopes="",
        email_address=None,
        is_email_verified=False,
        first_name=None,
        last_name=None,
        username=None,
        image_url=None,
        status=CheckStatus.UNVERIFIED,
        expires_at=ctx.now + LIFETIME,
        error=None,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
