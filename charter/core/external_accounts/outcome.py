"""What a provider's answer came to: who somebody is, or why not; and what a flow says of it."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from charter.core.checks.model import Check, CheckStatus
from charter.core.external_accounts.carrying import packed
from charter.core.external_accounts.model import (
    AddressNotProven,
    ExternalAccountClaimed,
    TransferInvalid,
)
from charter.core.grants import granting
from charter.core.grants import queries as grant_queries
from charter.core.grants.model import Purpose
from charter.core.identity_providers.model import (
    IdentityProvider,
    OutsideIdentity,
    ProviderNotEnabled,
)
from charter.kernel.errors import DomainError
from charter.kernel.operation import Context

TRANSFER_LIFETIME = timedelta(minutes=10)
"""How long a proven identity waits for the other flow to take it over."""
TRANSFER_ERRORS = (
    AddressNotProven,
    ExternalAccountClaimed,
    ProviderNotEnabled,
    TransferInvalid,
)
"""What taking an identity over may raise."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Who somebody is at a provider, or `refusal`."""

    provider: IdentityProvider | None
    identity: OutsideIdentity | None
    refusal: DomainError | None = None


@dataclass(frozen=True, slots=True)
class Returned:
    """Where the browser goes now. `client_token` is its new one, where it got one."""

    location: str
    client_token: str | None = field(default=None, repr=False)


def said(error: DomainError) -> dict[str, Any]:
    """An error as a check keeps it."""
    return {"code": error.code, "message": error.sentence(), "meta": dict(error.meta)}


def failed(check: Check, error: DomainError) -> Check:
    """The check, over."""
    return replace(
        check, status=CheckStatus.FAILED, error=said(error), grant_id=None, redirect_url=None
    )


def passed(check: Check) -> Check:
    """The check, proven."""
    return replace(check, status=CheckStatus.VERIFIED, error=None, grant_id=None, redirect_url=None)


async def transferable(
    ctx: Context,
    check: Check,
    strategy: str,
    identity: OutsideIdentity,
    *,
    flow_id: str,
    client_id: str,
    error: DomainError,
) -> Check:
    """The check, for the other flow of this browser to go on with."""
    issued = await granting.issue(
        ctx,
        Purpose.OAUTH_TRANSFER,
        flow_id,
        expires_at=ctx.now + TRANSFER_LIFETIME,
        client_id=client_id,
        facts=packed(ctx, strategy, identity),
    )
    return replace(
        check,
        status=CheckStatus.TRANSFERABLE,
        error=said(error),
        grant_id=issued.id,
        redirect_url=None,
    )


async def taken_over(ctx: Context, check: Check | None, client_id: str) -> dict[str, Any]:
    """The facts of the identity that a check of this browser holds; taken once.

    Raises: TransferInvalid.
    """
    if check is None or check.status is not CheckStatus.TRANSFERABLE or check.grant_id is None:
        raise TransferInvalid("transfer")
    grant = await grant_queries.spend_by_id(
        ctx.db, Purpose.OAUTH_TRANSFER, check.grant_id, client_id, ctx.now
    )
    if grant is None:
        raise TransferInvalid("transfer")
    return grant.facts
