"""An outbox without a database, and a message to put into it."""

import asyncio
from datetime import UTC, datetime

from charter.core.mail.render import render
from charter.core.messages.model import OutboxMessage
from charter.kernel.ids import new_id

LINK = "https://accounts.example.com/accept?ticket=one&lang=en"


class Memory:
    """An outbox in memory, in the order of writing."""

    def __init__(self, *messages: OutboxMessage) -> None:
        self.messages = list(messages)
        self.changed = asyncio.Condition()

    async def add(self, message: OutboxMessage) -> None:
        async with self.changed:
            self.messages.append(message)
            self.changed.notify_all()

    async def recent(self, limit):
        return self.messages[::-1][:limit]

    async def find(self, message_id):
        return next((one for one in self.messages if one.id == message_id), None)

    async def wait_for_new(self, after, timeout_seconds):
        def fresh():
            ids = [one.id for one in self.messages]
            return self.messages[ids.index(after) + 1 if after in ids else 0 :]

        try:
            async with asyncio.timeout(timeout_seconds), self.changed:
                await self.changed.wait_for(fresh)
        except TimeoutError:
            return []
        return fresh()


def message(**facts) -> OutboxMessage:
    made = render(
        "organization_invitation",
        to="ben@example.com",
        application_name="Acme",
        organization_name="Rockets",
        action_url=LINK,
    )
    known = {
        "instance_id": "ins_1",
        "id": new_id("eml_"),
        "kind": made.kind,
        "to_address": made.to,
        "subject": made.subject,
        "text": made.text,
        "html": made.html,
        "links": made.links,
        "code": None,
        "status": "captured",
        "attempts": 0,
        "created_at": datetime(2026, 11, 21, 23, 5, tzinfo=UTC),
        "sent_at": None,
        "error": None,
    }
    return OutboxMessage(**known | facts)
