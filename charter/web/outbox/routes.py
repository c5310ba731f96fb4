"""The addresses of the outbox: its page, its JSON twin, one message, and the stream of new mail."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any, Protocol

import falcon
import falcon.asgi
from falcon.asgi import SSEvent

from charter.core.messages.model import ID_PREFIX, OutboxMessage
from charter.kernel.ids import is_id
from charter.web.outbox import pages
from charter.web.pages import answer, guard

SHOWN = 100
MOST = 500
# A browser that left is noticed when the next line cannot be sent to it.
HEARTBEAT_SECONDS = 1.0
RECONNECT_MILLISECONDS = 1000

# The message in its frame: no script, no form, no origin of its own; pictures may be fetched.
BODY_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; "
    "default-src 'none'; "
    "style-src 'unsafe-inline'; "
    "img-src 'self' data: https:; "
    "base-uri 'none'; "
    "form-action 'none'; "
    "frame-ancestors 'self'"
)


class OutboxSource(Protocol):
    """Where the messages are."""

    async def recent(self, limit: int) -> Sequence[OutboxMessage]:
        """Return at most so many messages, newest first."""

    async def find(self, message_id: str) -> OutboxMessage | None:
        """Find one message."""

    async def wait_for_new(
        self, after: str | None, timeout_seconds: float
    ) -> Sequence[OutboxMessage]:
        """Return the messages written after this one, oldest first; wait if there is none yet.

        Two of one second count by when they were written, not by their ids.
        after: an id; None, or an id that is not there, means that every message is new.
        Returns: nothing, when none came in time. Gives up at once when cancelled.
        """


class OutboxResource:
    """The page with all messages."""

    def __init__(self, source: OutboxSource) -> None:
        self._source = source

    async def on_get(self, req: falcon.asgi.Request, resp: falcon.asgi.Response) -> None:
        """Show the messages, the newest one opened."""
        messages = await self._source.recent(SHOWN)
        page = pages.render_list(messages, messages[0]) if messages else pages.render_empty()
        answer(req, resp, page)


class OutboxJsonResource:
    """The messages for a program, such as a test that waits for a code."""

    def __init__(self, source: OutboxSource) -> None:
        self._source = source

    async def on_get(self, req: falcon.asgi.Request, resp: falcon.asgi.Response) -> None:
        """Answer with the messages, newest first.

        limit: 1 to 500, 100 when left out; to, kind: only messages to this address, of this kind.
        """
        limit = req.get_param_as_int("limit", min_value=1, max_value=MOST) or SHOWN
        to, kind = req.get_param("to"), req.get_param("kind")
        messages = await self._source.recent(MOST if to or kind else limit)
        chosen = [
            message
            for message in messages
            if to in {None, message.to_address} and kind in {None, message.kind}
        ]
        guard(req, resp)
        resp.media = {"messages": [as_json(message) for message in chosen[:limit]]}


class MessageResource:
    """The page of one message."""

    def __init__(self, source: OutboxSource) -> None:
        self._source = source

    async def on_get(
        self, req: falcon.asgi.Request, resp: falcon.asgi.Response, message_id: str
    ) -> None:
        """Show one message beside the others."""
        message = await _find(self._source, message_id)
        if message is None:
            resp.status = falcon.HTTP_NOT_FOUND
            answer(req, resp, pages.render_missing())
            return
        messages = await self._source.recent(SHOWN)
        answer(req, resp, pages.render_list(messages, message, is_reading=True))


class BodyResource:
    """The HTML of one message, for the frame of its page."""

    def __init__(self, source: OutboxSource) -> None:
        self._source = source

    async def on_get(
        self, req: falcon.asgi.Request, resp: falcon.asgi.Response, message_id: str
    ) -> None:
        """Answer with what the reader's mail program would show, and no rights for it."""
        message = await _find(self._source, message_id)
        answer(req, resp, "" if message is None else message.html)
        if message is None:
            resp.status = falcon.HTTP_NOT_FOUND
        resp.set_header("Content-Security-Policy", BODY_POLICY)
        resp.set_header("X-Frame-Options", "SAMEORIGIN")


class EventsResource:
    """The stream that tells a page of new mail."""

    def __init__(self, source: OutboxSource, closing: asyncio.Event) -> None:
        self._source = source
        self._closing = closing

    async def on_get(self, req: falcon.asgi.Request, resp: falcon.asgi.Response) -> None:
        """Send an event for each message after the one named, until either side leaves.

        A browser that comes back names the last one it saw; its page, the newest one it shows.
        """
        after = req.get_header("Last-Event-ID") or req.get_param("after")
        if after is not None and not is_id(ID_PREFIX, after):
            after = None
        guard(req, resp)
        resp.set_header("X-Accel-Buffering", "no")
        resp.sse = new_mail(self._source, after, self._closing)


async def new_mail(
    source: OutboxSource, after: str | None, closing: asyncio.Event
) -> AsyncIterator[SSEvent]:
    """Yield an event for each new message, a comment in every silent second, and end on closing."""
    yield SSEvent(retry=RECONNECT_MILLISECONDS, comment="listening")
    closed = asyncio.ensure_future(closing.wait())
    try:
        while not closing.is_set():
            waiting = asyncio.ensure_future(source.wait_for_new(after, HEARTBEAT_SECONDS))
            try:
                await asyncio.wait({waiting, closed}, return_when=asyncio.FIRST_COMPLETED)
                if closing.is_set():
                    return
                fresh = waiting.result()
            finally:
                waiting.cancel()
            for message in fresh:
                after = message.id
                yield SSEvent(event="mail", event_id=message.id, json=_summary(message))
            if not fresh:
                yield SSEvent(comment="still here")
    finally:
        closed.cancel()


def as_json(message: OutboxMessage) -> dict[str, Any]:
    """Write a message with all of its fields; times in ISO 8601, UTC."""
    return {
        "id": message.id,
        "instance_id": message.instance_id,
        "kind": message.kind,
        "to_address": message.to_address,
        "subject": message.subject,
        "text": message.text,
        "html": message.html,
        "links": list(message.links),
        "code": message.code,
        "status": message.status,
        "attempts": message.attempts,
        "created_at": message.created_at.isoformat(),
        "sent_at": _iso_or_none(message.sent_at),
        "error": message.error,
    }


def routes(source: OutboxSource, closing: asyncio.Event | None = None) -> list[tuple[str, object]]:
    """The routes of the outbox. For development only: they show codes to whoever asks.

    closing: set it when the server begins to stop, so that open streams end at once; without
        it they end only when their browser leaves.
    """
    return [
        ("/dev/outbox", OutboxResource(source)),
        ("/dev/outbox.json", OutboxJsonResource(source)),
        ("/dev/outbox/events", EventsResource(source, closing or asyncio.Event())),
        ("/dev/outbox/{message_id}", MessageResource(source)),
        ("/dev/outbox/{message_id}/body", BodyResource(source)),
    ]


async def _find(source: OutboxSource, message_id: str) -> OutboxMessage | None:
    return await source.find(message_id) if is_id(ID_PREFIX, message_id) else None


def _summary(message: OutboxMessage) -> dict[str, str]:
    return {"id": message.id, "to_address": message.to_address, "subject": message.subject}


def _iso_or_none(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
