"""The messages of all instances of a server, as the outbox of a developer shows them."""

import asyncio
from collections.abc import Sequence
from typing import cast

from charter.core.messages import queries
from charter.core.messages.content import opened
from charter.core.messages.model import OutboxMessage, Status, StoredMessage
from charter.kernel.db import Db
from charter.kernel.platform import Platform

LOOK_SECONDS = 0.25
AT_ONCE = 100


class DatabaseOutbox:
    """The outbox over the database of a platform."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    async def recent(self, limit: int) -> Sequence[OutboxMessage]:
        """At most so many messages, newest first."""
        return self._shown(await queries.search_recent(self._db, limit))

    async def find(self, message_id: str) -> OutboxMessage | None:
        """One message."""
        row = await queries.find_message(self._db, message_id)
        return None if row is None else self._shown([row])[0]

    async def wait_for_new(
        self, after: str | None, timeout_seconds: float
    ) -> Sequence[OutboxMessage]:
        """The messages written after this one, oldest first; waited for if there is none yet.

        after: an id; None, or an id that is not there, means that every message is new.
        Returns: nothing, when none came in time.
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + timeout_seconds
        while True:
            rows = await queries.search_after(self._db, after or "", AT_ONCE)
            left = until - loop.time()
            if rows or left <= 0:
                return self._shown(rows)
            await asyncio.sleep(min(LOOK_SECONDS, left))

    @property
    def _db(self) -> Db:
        return self._platform.database.reading("")

    def _shown(self, rows: Sequence[StoredMessage]) -> list[OutboxMessage]:
        return [self._one(row) for row in rows]

    def _one(self, row: StoredMessage) -> OutboxMessage:
        content = opened(self._platform, row)
        return OutboxMessage(
            instance_id=row.instance_id,
            id=row.id,
            kind=row.kind,
            to_address=row.to_address,
            subject=content.subject or f"({row.kind}, {row.status})",
            text=content.text,
            html=content.html,
            links=content.links,
            code=content.code,
            status=cast("Status", row.status),
            attempts=row.attempts,
            created_at=row.created_at,
            sent_at=row.sent_at,
            error=row.error,
        )
