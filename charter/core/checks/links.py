"""Sends the links of a check by mail; what following one does is the area `links`."""

from collections.abc import Mapping
from datetime import datetime

from charter.core.checks.codes import inbox_of
from charter.core.checks.model import Check, CheckStatus
from charter.core.grants import granting
from charter.core.grants.links import checked_return_url
from charter.core.grants.model import IssuedGrant, Purpose
from charter.core.grants.queries import hold
from charter.core.instances.model import Instance
from charter.core.instances.origins import frontend_base
from charter.core.links.model import EMAIL_LINK, LIFETIME, Flow
from charter.core.messages.queueing import queue
from charter.core.proving import check_rate
from charter.kernel.errors import MissingInput
from charter.kernel.operation import Context

MESSAGES = {
    Flow.SIGN_IN: "magic_link",
    Flow.SIGN_UP: "sign_up_link",
    Flow.EMAIL_ADDRESS: "verification_link",
}


async def send(
    ctx: Context,
    instance: Instance,
    *,
    flow: Flow,
    flow_id: str,
    client_id: str,
    to: str,
    redirect_url: str | None,
    target_id: str | None = None,
    locale: str | None = None,
) -> Check:
    """Send a link. The flow that keeps the check forgets the one before, and its link with it.

    flow_id: the sign-in, sign-up or address that it is for. client_id: the browser that may use
        it. to: the address. redirect_url: where that browser goes on to, a page of the app.
    Raises: TooManyCodes; ReturnUrlNotAllowed; MissingInput.
    """
    back = checked_back(ctx, instance, redirect_url)
    facts = {
        "flow": flow.value,
        "flow_id": flow_id,
        "client_id": client_id,
        "redirect_url": back,
    }
    expires_at = ctx.now + LIFETIME
    grant = await issued(ctx, to, expires_at, facts)
    # On a configured host, whatever the request said.
    base = frontend_base(instance, ctx.platform.addresses)
    await queue(
        ctx,
        MESSAGES[flow],
        to,
        locale=locale,
        action_url=f"{base}/verify?token={grant.secret}",
        expires_in_minutes=int(LIFETIME.total_seconds() // 60),
    )
    return Check(
        EMAIL_LINK,
        CheckStatus.UNVERIFIED,
        expires_at=expires_at,
        grant_id=grant.id,
        target_id=target_id,
        return_url=back,
    )


async def withheld(
    ctx: Context,
    instance: Instance,
    *,
    to: str,
    redirect_url: str | None,
    target_id: str | None = None,
) -> Check:
    """A check whose link nobody is sent; it counts as any other.

    Raises: MissingInput; ReturnUrlNotAllowed; TooManyCodes.
    """
    back = checked_back(ctx, instance, redirect_url)
    expires_at = ctx.now + LIFETIME
    grant = await issued(ctx, to, expires_at, {})
    return Check(
        EMAIL_LINK,
        CheckStatus.UNVERIFIED,
        expires_at=expires_at,
        grant_id=grant.id,
        target_id=target_id,
        return_url=back,
    )


def checked_back(ctx: Context, instance: Instance, redirect_url: str | None) -> str:
    """Where a link leads back to. Raises: MissingInput; ReturnUrlNotAllowed."""
    if not redirect_url:
        raise MissingInput("redirect_url", reason="it is required")
    return checked_return_url(instance, ctx.platform.addresses, redirect_url)


async def issued(
    ctx: Context, to: str, expires_at: datetime, facts: Mapping[str, str]
) -> IssuedGrant:
    """The grant of a link to an address, if one more may go there.

    Counted by where it goes: many flows at once must not flood one inbox.
    Raises: TooManyCodes.
    """
    inbox = inbox_of(ctx, to)
    await hold(ctx.db, inbox)
    await check_rate(ctx, Purpose.CHECK_LINK, inbox)
    return await granting.issue(ctx, Purpose.CHECK_LINK, inbox, expires_at=expires_at, facts=facts)
