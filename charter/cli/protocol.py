"""HTTP as we take it from the network: a request's head is bounded in size and in time."""

import asyncio
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_HEAD_BYTES = 64 * 1024
"""What the lines before a body may weigh, addresses with long queries included."""
HEAD_SECONDS = 20
"""How long the head of a request may take to arrive."""
VERSIONS = ("1.0", "1.1")


class BoundedProtocol(HttpToolsProtocol):
    """uvicorn's protocol, which by itself keeps whatever a stranger sends before a body."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._unread = 0
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._head_came()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what came; the callbacks below say how much of it was understood."""
        self._unread += len(data)
        super().data_received(data)
        if self._unread > MAX_HEAD_BYTES and not self.transport.is_closing():
            self.send_400_response("The head of the request is too large.")
        elif self._unread and self._deadline is None:
            self._await_head()

    def on_headers_complete(self) -> None:
        """A head is there."""
        self._head_came()
        if self.parser.get_http_version() not in VERSIONS:
            raise httptools.HttpParserError("unknown version")
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A part of a body is there; how much it may be is the application's to say."""
        self._head_came()
        super().on_body(body)

    def on_message_complete(self) -> None:
        """A request is there."""
        self._head_came()
        super().on_message_complete()

    def _await_head(self) -> None:
        self._deadline = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _head_came(self) -> None:
        self._unread = 0
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
