"""What a world has written to people."""

from charter.core.messages.model import OutboxMessage
from charter.core.messages.outbox import DatabaseOutbox
from tests.world import World


async def sent(world: World, to: str | None = None) -> list[OutboxMessage]:
    """The messages of this world's instance, the oldest first."""
    messages = await DatabaseOutbox(world.platform).recent(500)
    return [
        message
        for message in reversed(messages)
        if message.instance_id == world.instance_id and to in {None, message.to_address}
    ]
