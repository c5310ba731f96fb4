"""What can be done with what was sent: read it, have it sent once more, try an endpoint out."""

from datetime import UTC, datetime

from charter.core.vocabulary import Permission
from charter.core.webhooks import queries
from charter.core.webhooks.bodies import shown
from charter.core.webhooks.event_types import EVENT_TYPES
from charter.core.webhooks.model import (
    Replayed,
    WebhookAttempt,
    WebhookEndpointNotFound,
    WebhookMessage,
    WebhookMessageNotFound,
    WebhookMessagesReplayed,
    WebhookTest,
    WebhookTestRequested,
)
from charter.kernel.errors import InvalidInput
from charter.kernel.lists import Found, Search
from charter.kernel.operation import Context, operation

BEGINNING, END = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)


@operation("webhooks.search_messages", permission=Permission.WEBHOOKS_MANAGE, writes=False)
async def search_messages(ctx: Context, search: Search) -> Found[WebhookMessage]:
    """List what happened as endpoints are told it, newest first. It is kept for 30 days.

    What carries codes and one-time links is kept for two days.
    Filters: `event_type`, `subject_id`, `created_at`.
    """
    await ctx.allow()
    found = await queries.MESSAGES.search(ctx.db, search)
    return Found(tuple(shown(ctx.platform, row) for row in found.items), found.total)


@operation(
    "webhooks.get_message",
    permission=Permission.WEBHOOKS_MANAGE,
    raises=(WebhookMessageNotFound,),
    writes=False,
)
async def get_message(ctx: Context, message_id: str) -> WebhookMessage:
    """Read one message.

    Raises: WebhookMessageNotFound.
    """
    await ctx.allow()
    return shown(ctx.platform, await queries.get_message(ctx.db, message_id))


@operation("webhooks.search_attempts", permission=Permission.WEBHOOKS_MANAGE, writes=False)
async def search_attempts(ctx: Context, search: Search) -> Found[WebhookAttempt]:
    """List the attempts to deliver, newest first.

    Filters: `endpoint_id`, `message_id`, `attempted_at`.
    """
    await ctx.allow()
    return await queries.ATTEMPTS.search(ctx.db, search)


@operation(
    "webhooks.replay_message",
    permission=Permission.WEBHOOKS_MANAGE,
    raises=(WebhookEndpointNotFound, WebhookMessageNotFound),
)
async def replay_message(ctx: Context, message_id: str, endpoint_id: str) -> Replayed:
    """Send a message to an endpoint once more, under the same id, whatever it asks to be told.

    Raises: WebhookEndpointNotFound; WebhookMessageNotFound.
    Announces: WebhookMessagesReplayed.
    """
    await ctx.allow()
    await queries.get_message(ctx.db, message_id)
    await queries.get_endpoint(ctx.db, endpoint_id)
    await _replay(ctx, endpoint_id, message_id=message_id, is_any_type=True, is_any_state=True)
    done = Replayed(message_id, 1)
    ctx.announce(WebhookMessagesReplayed(done))
    return done


@operation(
    "webhooks.replay", permission=Permission.WEBHOOKS_MANAGE, raises=(WebhookEndpointNotFound,)
)
async def replay(
    ctx: Context,
    endpoint_id: str,
    since: datetime,
    until: datetime | None = None,
    *,
    with_delivered: bool = False,
) -> Replayed:
    """Send an endpoint what it asks to be told of a span of time and did not take.

    since, until: when it happened; the end is not within it, and left out it is now.
    with_delivered: also what the endpoint took, and what waits already.
    Raises: WebhookEndpointNotFound; InvalidInput, where the end is not behind the beginning.
    Announces: WebhookMessagesReplayed.
    """
    await ctx.allow()
    if until is not None and until <= since:
        raise InvalidInput("until", reason="it must be later than `since`")
    await queries.get_endpoint(ctx.db, endpoint_id)
    count = await _replay(
        ctx, endpoint_id, since=since, until=until or END, is_any_state=with_delivered
    )
    done = Replayed(endpoint_id, count)
    ctx.announce(WebhookMessagesReplayed(done))
    return done


@operation(
    "webhooks.send_test", permission=Permission.WEBHOOKS_MANAGE, raises=(WebhookEndpointNotFound,)
)
async def send_test(
    ctx: Context, endpoint_id: str, event_type: str = "user.created"
) -> WebhookTest:
    """Send an endpoint an example of an event, whatever it asks to be told.

    event_type: a member of EVENT_TYPES.
    Returns: the id of the message; what came of it is in the log.
    Raises: WebhookEndpointNotFound.
    Announces: WebhookTestRequested.
    """
    await ctx.allow()
    if event_type not in EVENT_TYPES:
        raise InvalidInput("event_type", reason="there is no such event")
    await queries.get_endpoint(ctx.db, endpoint_id)
    asked = WebhookTest(ctx.new_id("msg_"), endpoint_id, event_type)
    ctx.announce(WebhookTestRequested(asked))
    return asked


async def _replay(
    ctx: Context,
    endpoint_id: str,
    *,
    message_id: str | None = None,
    since: datetime = BEGINNING,
    until: datetime = END,
    is_any_type: bool = False,
    is_any_state: bool = False,
) -> int:
    return await ctx.db.run(
        queries.REPLAY,
        endpoint_id=endpoint_id,
        message_id=message_id,
        since=since,
        until=until,
        is_any_type=is_any_type,
        is_any_state=is_any_state,
        now=ctx.now,
    )
