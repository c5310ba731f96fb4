"""Turns what happened into what is posted.

An object is told as it was when the event happened: the event carries its row. What it is told
with and does not carry, such as the user of a session, is as it is when the message is written.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import structlog

from charter.core.instances.model import Instance
from charter.core.webhook_deliveries.fanning import Source, Told
from charter.core.webhook_deliveries.queries import DraftOfInstance
from charter.core.webhooks.model import WebhookTest, WebhookTestRequested
from charter.kernel.actor import Actor, ActorKind
from charter.kernel.db import Db
from charter.kernel.events import RecordedEvent
from charter.kernel.platform import Platform
from charter.surfaces.backend.shapes import millis
from charter.surfaces.webhooks import around, examples, people
from charter.surfaces.webhooks.around import Around
from charter.surfaces.webhooks.table import ROWS, event_type_of
from charter.wire.call import View

log = structlog.get_logger("charter.webhooks")


async def translate(
    platform: Platform, db: Db, instance: Instance, sources: Sequence[Source]
) -> list[list[Told]]:
    """What endpoints are told, for each of what happened in an instance.

    One that cannot be written is logged and left out: it must not hold up all that follows.
    """
    known = await around.read(db, sources)
    found: list[list[Told]] = []
    for source in sources:
        at = source.created_at if isinstance(source, DraftOfInstance) else source.occurred_at
        actor = Actor(ActorKind.SYSTEM, instance.id)
        view = View(platform, actor, instance, at, {})
        try:
            told = _told(source, view, known)
        except Exception:  # a row of another version, or a defect of a writer
            log.exception("a webhook cannot be written", event_id=source.id)
            told = None
        found.append([] if told is None else [told])
    return found


def envelope(
    event_type: str, data: Any, view: View, request: Mapping[str, Any], sequence: int
) -> str:
    """The body of a message.

    request: what is known of the request that caused it. `sequence` is our own: of two events of
    one object, the later one has the greater number.
    """
    body = {
        "object": "event",
        "type": event_type,
        "data": data,
        "timestamp": millis(view.now),
        "instance_id": view.instance.id,
        "event_attributes": {
            "http_request": {
                "client_ip": request.get("address") or "",
                "user_agent": request.get("user_agent") or "",
            },
            "sequence": sequence,
        },
    }
    return msgspec.json.encode(body).decode()


def _told(source: Source, view: View, known: Around) -> Told | None:
    if isinstance(source, DraftOfInstance):
        return _message(source, view)
    if source.name == WebhookTestRequested.name:
        return _example(source, view)
    event_type = event_type_of(source)
    if event_type is None:
        return None
    row = ROWS[event_type]
    data = row.write(row.read(source), view, known)
    body = envelope(event_type, data, view, source.request, source.position)
    return Told(event_type, source.subject_id or "", source.position, body)


def _message(draft: DraftOfInstance, view: View) -> Told:
    event_type = people.event_type_of(draft)
    data = people.write(draft, people.content_of(draft, view), view)
    return Told(event_type, draft.id, 0, envelope(event_type, data, view, draft.request, 0))


def _example(event: RecordedEvent, view: View) -> Told:
    asked = msgspec.convert(event.after, WebhookTest)
    if asked.event_type in ROWS:
        row = ROWS[asked.event_type]
        made = examples.example_for(asked.event_type, row.row, view.now)
        data = row.write(made, view, examples.example_around(view.now))
    else:
        draft = examples.example_draft(asked.event_type, view)
        data = people.write(draft, examples.CONTENT, view)
    body = envelope(asked.event_type, data, view, event.request, 0)
    return Told(asked.event_type, asked.id, 0, body, asked.id, asked.endpoint_id)
