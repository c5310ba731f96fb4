"""Tells devices that a person was seen on from those they were not."""

from charter.core.clients.browsers import Held
from charter.core.instances.model import Instance
from charter.core.sessions import queries as session_queries
from charter.core.sign_ins.model import Passed
from charter.core.users.model import User
from charter.kernel.operation import Context


async def is_needed(
    ctx: Context, instance: Instance, held: Held, user: User, passed: Passed
) -> bool:
    """Whether this device has to be proven the person's: a password alone does not do there.

    A device is known by the sessions that the person had on it.
    """
    settings = instance.settings.sign_in
    if not settings.trusts_known_devices_only or passed.check.strategy != "password":
        return False
    if user.bypasses_client_trust:
        return False
    return not await session_queries.had_session(ctx.db, held.client.id, user.id)
