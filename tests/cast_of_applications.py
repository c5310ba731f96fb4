"""The OAuth applications of a cast, with what people let in, and an agent."""

from typing import TYPE_CHECKING

from charter.core.agent_tasks import operations as agent_tasks
from charter.core.agent_tasks.model import NewAgentTask, OnBehalfOf
from tests.consenting import present, program

if TYPE_CHECKING:
    from tests.cast import Cast


async def fill(cast: "Cast") -> None:
    """Make an OAuth application that the target has let in, and something for an agent to do."""
    world = cast.world
    made = await program(world)
    cast.facts["oauth_program"] = made
    cast.facts["oauth_tokens"] = await made.tokens(await present(world, "target"))
    new = NewAgentTask(
        on_behalf_of=OnBehalfOf(user_id=world.people["target"]),
        agent_name="Tester",
        description="Try it",
        redirect_url="http://localhost/",
    )
    task = await world.call(None, agent_tasks.create, new=new)
    cast.ids |= {"oauth_application": made.id, "agent_task": task.task.id}
