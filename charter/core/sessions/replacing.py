"""Ends what a new session of a browser takes the place of."""

from charter.core.clients.browsers import Held
from charter.core.instances.model import Instance
from charter.core.sessions import queries
from charter.core.sessions.ending import end_sessions
from charter.core.sessions.model import SessionStatus
from charter.kernel.operation import Context


async def replace_sessions(ctx: Context, instance: Instance, held: Held, user_id: str) -> None:
    """End the user's own session here, or all where one is all there may be.

    Announces: SessionEnded for each.
    """
    if held.is_new:
        return
    alive = await queries.find_alive(ctx.db, held.client.id, ctx.now)
    is_single = instance.settings.sign_in.has_single_session
    replaced = [each.id for each in alive if is_single or each.user_id == user_id]
    if replaced:
        await end_sessions(ctx, replaced, status=SessionStatus.REPLACED)
