"""Where an agent's browser signs in for a user, in the Frontend API."""

from charter.core.agent_tasks import operations as agent_tasks
from charter.surfaces.frontend.shapes import Redirecting
from charter.wire.call import Call, In

TAG = "Client"


class AcceptAgentTask(In):
    """What the app's server was given for the agent."""

    ticket: str


CALLS = [
    Call(
        "GET",
        "/agents/tasks",
        agent_tasks.accept,
        Redirecting(307),
        query=AcceptAgentTask,
        tag=TAG,
    ),
]
