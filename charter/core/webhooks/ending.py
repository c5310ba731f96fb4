"""What the worker finds out about endpoints: that one takes nothing, that a message is given up."""

from urllib.parse import urlsplit

from charter.core.keys.lookup import instance_of
from charter.core.messages.queueing import queue
from charter.core.vocabulary import Permission
from charter.core.webhooks import queries
from charter.core.webhooks.model import (
    FAILING_FOR,
    RETRY_SECONDS,
    DisabledReason,
    ParkedDelivery,
    WebhookEndpoint,
    WebhookEndpointDisabled,
    WebhookEndpointNotFound,
    WebhookMessageParked,
)
from charter.kernel.operation import Context, operation


@operation(
    "webhooks.disable_endpoint",
    permission=Permission.WEBHOOKS_MANAGE,
    raises=(WebhookEndpointNotFound,),
)
async def disable_endpoint(ctx: Context, endpoint_id: str, *, is_gone: bool) -> bool:
    """Send nothing any more to an endpoint that has failed for five days, or says that it is gone.

    is_gone: it answered 410. The operator is told by mail, where the settings name an address.
    Returns: whether it was disabled now; not when somebody did meanwhile, or it took something.
    Raises: WebhookEndpointNotFound.
    Announces: WebhookEndpointDisabled.
    """
    await ctx.allow()
    before = await queries.lock_endpoint(ctx.db, endpoint_id)
    since = before.failing_since
    has_failed = since is not None and since <= ctx.now - FAILING_FOR
    if before.disabled_at is not None or not (is_gone or has_failed):
        return False
    reason = DisabledReason.GONE if is_gone else DisabledReason.FAILING
    await ctx.db.run(
        queries.UPDATE,
        endpoint_id=endpoint_id,
        url=before.url,
        description=before.description,
        event_types=None if before.event_types is None else list(before.event_types),
        disabled_at=ctx.now,
        disabled_reason=reason,
        failing_since=since,
        now=ctx.now,
    )
    after = await queries.get_endpoint(ctx.db, endpoint_id)
    ctx.announce(WebhookEndpointDisabled(after, before=before))
    why = (
        "It answered that it is gone for good."
        if is_gone
        else f"It took nothing for {FAILING_FOR.days} days."
    )
    await _tell(ctx, after, "was disabled", f"{why} It is sent nothing any more.")
    return True


@operation(
    "webhooks.note_parked",
    permission=Permission.WEBHOOKS_MANAGE,
    raises=(WebhookEndpointNotFound,),
)
async def note_parked(ctx: Context, endpoint_id: str, message_ids: list[str]) -> None:
    """Write down that messages were tried as often as messages are, and are given up.

    Of the first one the operator is told by mail, where the settings name an address.
    Raises: WebhookEndpointNotFound.
    Announces: WebhookMessageParked, for each.
    """
    await ctx.allow()
    endpoint = await queries.get_endpoint(ctx.db, endpoint_id)
    for message_id in message_ids:
        ctx.announce(WebhookMessageParked(ParkedDelivery(message_id, endpoint_id)))
    if endpoint.parked == 0:
        await _tell(
            ctx,
            endpoint,
            "did not take a message",
            f"It was tried {len(RETRY_SECONDS) + 1} times. It is kept, to be replayed.",
        )


async def _tell(ctx: Context, endpoint: WebhookEndpoint, what: str, why: str) -> None:
    to = ctx.platform.operator_mail
    if to is None:
        return
    instance = await instance_of(ctx)
    # Its host alone: what stands behind it may be a secret.
    host = urlsplit(endpoint.url).hostname
    await queue(
        ctx,
        "notice",
        to,
        subject=f"A webhook endpoint of {instance.application_name} {what}",
        paragraphs=[
            f"It is the endpoint {endpoint.id} at {host}. {why}",
            (
                f"{endpoint.pending} messages wait for it and {endpoint.parked} were given up."
                " When it works, replay what it missed."
            ),
        ],
    )
