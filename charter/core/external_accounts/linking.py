"""Links an account elsewhere to the user who asked for it, when the provider has answered."""

from dataclasses import replace

from charter.core.checks.model import CheckStatus
from charter.core.clients.browsers import own
from charter.core.external_accounts import attaching, queries
from charter.core.external_accounts.model import (
    CallbackInvalid,
    ExternalAccount,
    ExternalAccountClaimed,
    NotTheSameAccount,
)
from charter.core.external_accounts.outcome import Outcome, Returned, said
from charter.core.grants.model import Grant
from charter.core.identity_providers.model import OutsideIdentity
from charter.core.instances.model import Instance
from charter.core.sessions import queries as session_queries
from charter.core.users import queries as user_queries
from charter.core.users.model import UserNotFound
from charter.core.users.writing import write
from charter.kernel.errors import DomainError
from charter.kernel.operation import Context


async def answered(ctx: Context, _instance: Instance, grant: Grant, outcome: Outcome) -> Returned:
    """Link, or authorize again, the account that a user waited for; they are still signed in here.

    Raises: CallbackInvalid, when they are not, or the account is gone; ExternalAccountClaimed,
        when another user was faster.
    Announces: ExternalAccountLinked, UserUpdated.
    """
    url = str(grant.facts["return_url"])
    held = await own(ctx)
    user_id = str(grant.facts["user_id"])
    alive = await session_queries.find_alive(ctx.db, held.client.id, ctx.now)
    if all(session.user_id != user_id for session in alive):
        raise CallbackInvalid("state")
    try:
        user = await user_queries.lock_user(ctx.db, user_id)
    except UserNotFound as gone:
        raise CallbackInvalid("state") from gone
    account = next((each for each in user.external_accounts if each.id == grant.subject_id), None)
    if account is None:
        raise CallbackInvalid("state")
    if outcome.identity is None or outcome.provider is None:
        return await _over(ctx, account, outcome.refusal or CallbackInvalid(), url)
    refusal = await _refusal(ctx, account, outcome.identity)
    if refusal is not None:
        return await _over(ctx, account, refusal, url)
    if account.is_verified:
        strategy = account.provider
        await attaching.attach(ctx, user.id, strategy, outcome.identity, account=account)
        await write(ctx, user)
    else:
        await attaching.linked(ctx, user, outcome.provider, outcome.identity)
    return Returned(str(grant.facts["complete_url"] or url))


async def _refusal(
    ctx: Context, account: ExternalAccount, identity: OutsideIdentity
) -> DomainError | None:
    """Why an identity may not become this account."""
    if account.is_verified:
        is_same = (account.issuer, account.provider_user_id) == (identity.issuer, identity.subject)
        return None if is_same else NotTheSameAccount()
    holder = await queries.find_holder(ctx.db, account.provider, identity.issuer, identity.subject)
    return ExternalAccountClaimed() if holder is not None else None


async def _over(ctx: Context, account: ExternalAccount, error: DomainError, url: str) -> Returned:
    """Write why it failed; an account that was linked before stays linked."""
    status = account.status if account.is_verified else CheckStatus.FAILED
    after = replace(account, status=status, error=said(error), updated_at=ctx.now)
    await queries.set_state(ctx.db, after)
    return Returned(url)
