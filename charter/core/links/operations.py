"""What can be done with a link that proves an address: look at it, and follow it.

Looking spends nothing: programs that read mail open every link. Following does, and only in the
browser in which the link was asked for: whoever else opens it, it lets nobody in there.
"""

from dataclasses import replace

from charter.core.checks.model import Check, CheckStatus
from charter.core.clients.browsers import find_own, own
from charter.core.email_addresses.model import EmailAddressNotFound
from charter.core.email_addresses.queries import ROWS
from charter.core.grants import granting
from charter.core.grants import queries as grant_queries
from charter.core.grants.model import Grant, GrantExpired, Purpose
from charter.core.identifiers.rows import placed, proven
from charter.core.instances.model import Instance
from charter.core.keys.lookup import instance_of
from charter.core.links.model import (
    EMAIL_LINK,
    Flow,
    Followed,
    LinkInvalid,
    LinkStatus,
    Looked,
    Sent,
)
from charter.core.sign_ins import advancing
from charter.core.sign_ins import queries as sign_in_queries
from charter.core.sign_ins.model import Entry, Passed, SignInNotFound, SignInStatus
from charter.core.sign_ups import queries as sign_up_queries
from charter.core.sign_ups.completing import COMPLETING_ERRORS, advanced
from charter.core.sign_ups.inviting import INVITING_ERRORS
from charter.core.sign_ups.model import SignUpNotFound, SignUpStatus
from charter.core.users import queries as user_queries
from charter.core.users.making import MAKING_ERRORS
from charter.core.users.notices import tell
from charter.core.verification import Strategy
from charter.core.vocabulary import Permission
from charter.kernel.operation import Context, operation
from charter.kernel.secrets import digest


class Stale(Exception):
    """What the link was sent for does not wait for it any more."""


@operation("links.look", permission=Permission.PUBLIC, raises=(LinkInvalid,), writes=False)
async def look(ctx: Context, token: str) -> Looked:
    """Look at a link that was opened. It stays as good as it was.

    Raises: LinkInvalid, for one that nobody sent.
    Source: Clerk FAPI 2026-05-12, verify.
    """
    await ctx.allow()
    sent = await _sent(ctx, token)
    client = await find_own(ctx)
    is_same_browser = client is not None and client.id == sent.client_id
    status = _status(ctx, sent)
    if status is None and not is_same_browser:
        status = LinkStatus.CLIENT_MISMATCH
    return Looked(status, sent.redirect_url, token)


@operation(
    "links.follow",
    permission=Permission.PUBLIC,
    raises=(LinkInvalid, *MAKING_ERRORS, *INVITING_ERRORS),
)
async def follow(ctx: Context, token: str) -> Followed:
    """Use a link once: the address is proven, and what waited for that goes on.

    Returns: what became of it, for the page that the browser goes on to.
    Raises: LinkInvalid, for one that nobody sent; what making a user raises.
    Announces: SessionCreated; UserCreated; UserUpdated: what the flow announces.
    Source: Clerk FAPI 2026-05-12, verify.
    """
    await ctx.allow()
    sent = await _sent(ctx, token)
    status = _status(ctx, sent)
    client = await find_own(ctx)
    if status is None and (client is None or client.id != sent.client_id):
        status = LinkStatus.CLIENT_MISMATCH
    if status is not None:
        return Followed(status, sent.redirect_url)
    try:
        return await FLOWS[sent.flow](ctx, await instance_of(ctx), sent)
    except (Stale, *advancing.ADVANCING_ERRORS, *COMPLETING_ERRORS):
        return Followed(LinkStatus.FAILED, sent.redirect_url)


async def _sent(ctx: Context, token: str) -> Sent:
    """What a link was made for, read before any transaction. Raises: LinkInvalid."""
    reading = ctx.platform.database.reading(ctx.actor.instance_id)
    grant = await grant_queries.find_by_secret(reading, Purpose.CHECK_LINK, digest(token), None)
    if grant is None:
        raise LinkInvalid
    facts = grant.facts
    return Sent(
        grant, Flow(facts["flow"]), facts["flow_id"], facts["client_id"], facts["redirect_url"]
    )


def _status(ctx: Context, sent: Sent) -> LinkStatus | None:
    """Why a link cannot be used; None where it can."""
    if granting.is_usable(sent.grant, ctx.now):
        return None
    is_late = isinstance(granting.refusal(sent.grant, ctx.now), GrantExpired)
    return LinkStatus.EXPIRED if is_late else LinkStatus.FAILED


async def _sign_in(ctx: Context, instance: Instance, sent: Sent) -> Followed:
    reading = ctx.platform.database.reading(ctx.actor.instance_id)
    try:
        sign_in = await sign_in_queries.get_sign_in(reading, sent.client_id, sent.flow_id)
    except SignInNotFound as missing:
        raise Stale from missing
    status = sign_in.status_at(ctx.now)
    is_first = status is SignInStatus.NEEDS_FIRST_FACTOR
    if not (is_first or status in advancing.NEED_MORE) or sign_in.user_id is None:
        raise Stale
    check = _verified(sign_in.first_check if is_first else sign_in.second_check, sent.grant)
    entry = Entry(instance, sign_in, await user_queries.get_user(reading, sign_in.user_id))
    held = await advancing.locked(ctx, entry)
    await _spend(ctx, sent)
    if is_first:
        progress = await advancing.passed_first(ctx, entry, Passed(check), held=held)
    else:
        progress = await advancing.passed_second(ctx, entry, Passed(check))
    session_id = progress.view.sign_in.created_session_id
    return Followed(LinkStatus.VERIFIED, sent.redirect_url, session_id, progress.client_token)


async def _sign_up(ctx: Context, instance: Instance, sent: Sent) -> Followed:
    held = await own(ctx)
    try:
        sign_up = await sign_up_queries.lock_sign_up(ctx.db, held.client.id, sent.flow_id)
    except SignUpNotFound as missing:
        raise Stale from missing
    if sign_up.status_at(ctx.now) is not SignUpStatus.MISSING_REQUIREMENTS:
        raise Stale
    check = _verified(sign_up.email_check, sent.grant)
    await _spend(ctx, sent)
    after = replace(sign_up, email_check=check, updated_at=ctx.now)
    progress = await advanced(ctx, instance, held, after)
    session_id = progress.view.sign_up.created_session_id
    return Followed(LinkStatus.VERIFIED, sent.redirect_url, session_id, progress.client_token)


async def _email_address(ctx: Context, _instance: Instance, sent: Sent) -> Followed:
    try:
        user, row = await ROWS.lock(ctx.db, sent.flow_id)
    except EmailAddressNotFound as missing:
        raise Stale from missing
    # The newest code or link alone counts, and it is told by its end.
    is_newest = row.verification_expires_at == sent.grant.expires_at
    if row.is_verified or not is_newest or row.verification_strategy != Strategy.EMAIL_LINK:
        raise Stale
    if await ROWS.is_held_by_another(ctx.db, row.address_key, user.id):
        raise Stale
    await _spend(ctx, sent)
    after = proven(row, Strategy.EMAIL_LINK, ctx.now)
    await ROWS.save(ctx, user, placed(ROWS.rows_of(user), after))
    await tell(
        ctx,
        user,
        "An email address was added",
        f"The email address {row.address} was added to your account.",
        "If this was not you, change your password and remove it.",
    )
    return Followed(LinkStatus.VERIFIED, sent.redirect_url)


FLOWS = {Flow.SIGN_IN: _sign_in, Flow.SIGN_UP: _sign_up, Flow.EMAIL_ADDRESS: _email_address}


def _verified(check: Check | None, grant: Grant) -> Check:
    """The check that waits for this very link, proven. A newer code or link has ended it."""
    if check is None or check.strategy != EMAIL_LINK or check.grant_id != grant.id:
        raise Stale
    return replace(check, status=CheckStatus.VERIFIED, grant_id=None)


async def _spend(ctx: Context, sent: Sent) -> None:
    """Use the link, by one atomic statement: of two at once, one is stale."""
    spent = await grant_queries.spend_by_id(
        ctx.db, Purpose.CHECK_LINK, sent.grant.id, None, ctx.now
    )
    if spent is None:
        raise Stale
