"""Keeps who a user is at a provider, with the tokens sealed, and tells the user of it."""

from typing import Any

from charter.core.checks.model import CheckStatus
from charter.core.external_accounts import queries
from charter.core.external_accounts.carrying import unpacked
from charter.core.external_accounts.model import (
    ExternalAccount,
    ExternalAccountLinked,
    ExternalAccountRow,
)
from charter.core.identity_providers.model import IdentityProvider, OutsideIdentity
from charter.core.messages.queueing import queue
from charter.core.users.model import User
from charter.core.users.writing import write
from charter.kernel.operation import Context


async def attach(
    ctx: Context,
    user_id: str,
    strategy: str,
    identity: OutsideIdentity,
    *,
    account: ExternalAccount | None = None,
) -> ExternalAccount:
    """Keep an identity as one of a locked user's, in place of what `account` was.

    Raises: ExternalAccountClaimed, when another user has it.
    """
    row = _row(ctx, user_id, strategy, identity, account)
    if account is None:
        await queries.insert_account(ctx.db, row)
    else:
        await queries.update_account(ctx.db, row)
    return await queries.get_account(ctx.db, user_id, row.id)


async def attach_carried(ctx: Context, user_id: str, facts: dict[str, Any]) -> None:
    """Keep an identity that a sign-up carried, as one of the new user's.

    Raises: ExternalAccountClaimed.
    Announces: ExternalAccountLinked.
    """
    strategy, identity = unpacked(ctx, facts)
    account = await attach(ctx, user_id, strategy, identity)
    ctx.announce(ExternalAccountLinked(account))


async def linked(
    ctx: Context,
    before: User,
    provider: IdentityProvider,
    identity: OutsideIdentity,
) -> ExternalAccount:
    """Link an identity to a locked user who had none of this provider, and tell them.

    Raises: ExternalAccountClaimed.
    Announces: ExternalAccountLinked, UserUpdated.
    """
    # One that they began to link themselves, and did not end, is this one now.
    mine = [each for each in before.external_accounts if each.provider == provider.strategy]
    account = mine[0] if mine else None
    made = await attach(ctx, before.id, provider.strategy, identity, account=account)
    ctx.announce(ExternalAccountLinked(made))
    await write(ctx, before)
    await tell(ctx, before, f"{provider.description.name} was connected to your account")
    return made


async def tell(ctx: Context, user: User, subject: str) -> None:
    """Tell a user what changed among the accounts that sign them in, by mail."""
    primary = user.primary_email_address
    if primary is None or not primary.is_verified:
        return
    where = f" from {ctx.request.address}" if ctx.request.address else ""
    when = ctx.now.strftime("%Y-%m-%d %H:%M UTC")
    await queue(
        ctx,
        "notice",
        primary.address,
        locale=user.locale,
        recipient_name=user.first_name,
        subject=subject,
        paragraphs=(
            f"This happened on {when}{where}.",
            "If this was you, there is nothing to do.",
            "If it was not, sign in, disconnect it, and end the sessions you do not know.",
        ),
    )


def _row(
    ctx: Context,
    user_id: str,
    strategy: str,
    identity: OutsideIdentity,
    account: ExternalAccount | None,
) -> ExternalAccountRow:
    account_id = account.id if account is not None else ctx.new_id("eac_")

    def sealed(token: str | None, name: str) -> bytes | None:
        if token is None:
            return None
        return ctx.platform.vault.seal(token.encode(), f"external_account:{account_id}:{name}")

    return ExternalAccountRow(
        id=account_id,
        user_id=user_id,
        identification_id=account.identification_id if account else ctx.new_id("idn_"),
        provider=strategy,
        issuer=identity.issuer,
        provider_user_id=identity.subject,
        approved_scopes=identity.scopes,
        email_address=identity.email_address,
        is_email_verified=identity.is_email_verified,
        first_name=identity.first_name,
        last_name=identity.last_name,
        username=identity.username,
        image_url=identity.image_url,
        status=CheckStatus.VERIFIED,
        expires_at=None,
        error=None,
        # It is as old as its first proof: one that was only begun led nobody in.
        created_at=account.created_at if account and account.is_verified else ctx.now,
        updated_at=ctx.now,
        sealed_access_token=sealed(identity.access_token, "access"),
        sealed_refresh_token=sealed(identity.refresh_token, "refresh"),
        token_expires_at=identity.token_expires_at,
    )
