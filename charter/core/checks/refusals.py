"""Writes refused factors down, whatever becomes of the operation that they were tried in."""

from dataclasses import dataclass

from charter.kernel import events
from charter.kernel.events import Event
from charter.kernel.operation import Context


@dataclass(frozen=True, slots=True)
class FactorTry:
    """A factor that somebody tried to prove to be a user; `id` is the user's."""

    id: str
    strategy: str
    reason: str


class FactorRefused(Event):
    """A proof did not hold; its transaction is rolled back, this is kept."""

    name = "factor.refused"


async def write_down(ctx: Context, user_id: str, strategy: str, reason: str) -> None:
    """Write a refusal down, in a transaction of its own."""
    event = FactorRefused(FactorTry(user_id, strategy, reason))
    row = events.record(event, ctx.actor.facts(), ctx.request.facts(), ctx.now)
    await events.write(ctx.platform.database.reading(ctx.actor.instance_id), [row])
