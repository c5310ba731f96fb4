"""Follows the event stream and writes what happened for the endpoints that want to be told.

Nothing of this is done in the transaction of the change: there the event alone is written.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from charter.core.audit import queries as stream
from charter.core.instances.model import Instance
from charter.core.instances.queries import INSTANCE_BY_ID
from charter.core.webhook_deliveries import queries
from charter.core.webhook_deliveries.queries import DraftOfInstance, Listener
from charter.core.webhooks.bodies import kept_body
from charter.core.webhooks.model import (
    DeliveryState,
    WebhookDeliveryRow,
    WebhookMessageRow,
)
from charter.kernel import events
from charter.kernel.db import Db
from charter.kernel.events import RecordedEvent
from charter.kernel.ids import new_id
from charter.kernel.platform import Platform

CONSUMER = "webhooks"
BATCH = 500
DRAFTS = 100


@dataclass(frozen=True, slots=True)
class Told:
    """What endpoints are told of something that happened.

    body: JSON, as it is posted. sequence: grows from one event of a subject to the next.
    message_id: given where somebody knows it already; endpoint_id: where one alone is told.
    """

    event_type: str
    subject_id: str
    sequence: int
    body: str = field(repr=False)
    message_id: str | None = None
    endpoint_id: str | None = None


Source = RecordedEvent | DraftOfInstance
Translate = Callable[
    [Platform, Db, Instance, Sequence[Source]], Awaitable[Sequence[Sequence[Told]]]
]
"""Gives what endpoints are told, for each source; nothing for one that they are not told of."""


async def fan_out(platform: Platform, names: frozenset[str], translate: Translate) -> int:
    """Write messages for what has settled since the last time. One worker at a time.

    names: the events that become messages.
    Returns: how many events and messages to people were read.
    """
    db = platform.database.writing("")
    committed = False
    try:
        read = await _fan_out(platform, db, names, translate)
        committed = True
        return read
    finally:
        await db.end(commit=committed)


async def _fan_out(platform: Platform, db: Db, names: frozenset[str], translate: Translate) -> int:
    cursor = await db.find(stream.LOCK_CURSOR, consumer=CONSUMER)
    if cursor is None:
        # Held by another worker, or not there yet.
        await db.run(stream.MAKE_CURSOR, consumer=CONSUMER)
        return 0
    settled = await db.all(
        events.SETTLED, transaction_id=cursor.transaction_id, position=cursor.position, limit=BATCH
    )
    drafts = await db.all(queries.TAKE_DRAFTS, limit=DRAFTS)
    sources: list[Source] = [event for event in settled if event.name in names]
    sources += drafts
    if sources:
        await _write(platform, db, sources, translate)
    if settled:
        last = settled[-1]
        await db.run(
            stream.MOVE_CURSOR,
            consumer=CONSUMER,
            new_transaction_id=last.transaction_id,
            new_position=last.position,
        )
    return len(settled) + len(drafts)


async def _write(platform: Platform, db: Db, sources: list[Source], translate: Translate) -> None:
    ids = sorted({source.instance_id for source in sources})
    # Read after the events: an endpoint that was there when one happened is seen here.
    listeners = await db.all(queries.LISTENERS, instance_ids=ids)
    for instance_id, own in groupby(listeners, key=lambda each: each.instance_id):
        tenant = db.of_instance(instance_id)
        told_ones = list(own)
        instance = await tenant.find(INSTANCE_BY_ID)
        if instance is None:
            continue
        mine = [source for source in sources if source.instance_id == instance_id]
        told = await translate(platform, tenant, instance, mine)
        await _insert(platform, tenant, told_ones, list(zip(mine, told, strict=True)))


async def _insert(
    platform: Platform,
    db: Db,
    listeners: list[Listener],
    found: list[tuple[Source, Sequence[Told]]],
) -> None:
    now = platform.clock()
    messages: list[WebhookMessageRow] = []
    deliveries: list[WebhookDeliveryRow] = []
    for source, several in found:
        at = source.occurred_at if isinstance(source, RecordedEvent) else source.created_at
        for told in several:
            wanting = [
                each
                for each in listeners
                if each.id == told.endpoint_id
                or (told.endpoint_id is None and each.wants(told.event_type, at))
            ]
            if not wanting:
                continue
            message_id = told.message_id or new_id("msg_", now)
            body, sealed = kept_body(platform, message_id, told.event_type, told.body)
            messages.append(
                WebhookMessageRow(
                    id=message_id,
                    event_type=told.event_type,
                    sequence=told.sequence,
                    subject_id=told.subject_id,
                    body=body,
                    sealed_body=sealed,
                    created_at=at,
                )
            )
            # One that is disabled is not sent it; there it is, to be replayed.
            deliveries += [
                WebhookDeliveryRow(
                    endpoint_id=each.id,
                    message_id=message_id,
                    sequence=told.sequence,
                    subject_id=told.subject_id,
                    state=DeliveryState.PENDING,
                    tries=0,
                    next_attempt_at=now,
                )
                for each in wanting
                if each.disabled_at is None or told.endpoint_id is not None
            ]
    await db.insert_all(queries.INSERT_MESSAGE, messages)
    await db.insert_all(queries.INSERT_DELIVERY, deliveries)
