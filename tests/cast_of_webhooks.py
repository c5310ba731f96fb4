"""What listens to an instance of a cast."""

from typing import TYPE_CHECKING

from charter.core.webhooks import operations as webhooks
from charter.core.webhooks.model import NewWebhookEndpoint
from charter.kernel.ids import new_id

if TYPE_CHECKING:
    from tests.cast import Cast

MESSAGE = """
INSERT INTO webhook_messages (instance_id, id, event_type, sequence, subject_id, body, created_at)
VALUES ($1, $2, 'user.created', 1, $3, '{}', now())
"""


async def fill(cast: "Cast") -> None:
    """Make an endpoint, which is sent nothing, and a message as a worker writes it."""
    world = cast.world
    new = NewWebhookEndpoint(url="https://hooks.example/", is_enabled=False)
    made = await world.call(None, webhooks.create_endpoint, new=new)
    cast.ids |= {"webhook_endpoint": made.endpoint.id, "webhook_message": new_id("msg_")}
    await world.sql(MESSAGE, world.instance_id, cast["webhook_message"], world.people["target"])
