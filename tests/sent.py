"""What a world has written to people."""

from charter.core.later import HANDLERS
from charter.core.messages.model import OutboxMessage
from charter.core.messages.outbox import DatabaseOutbox
from charter.worker import once
from tests.world import World


async def work_off(world: World) -> None:
    """Do all that was asked for to be done later."""
    while await once(world.platform, HANDLERS):
        pass


async def sent(world: World, to: str | None = None) -> list[OutboxMessage]:
    """The messages of this world's instance, the oldest first."""
    messages = await DatabaseOutbox(world.platform).recent(500)
    return [
        message
        for message in reversed(messages)
        if message.instance_id == world.instance_id and to in {None, message.to_address}
    ]
