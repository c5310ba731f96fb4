"""Agent tasks in the Backend API."""

from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from charter.core.agent_tasks import operations as agent_tasks
from charter.core.agent_tasks.model import AgentTask, AgentTaskMade, OnBehalfOf
from charter.wire.call import Call, In, Out, View

TAG = "Agent Tasks"
ALL = "an agent may all that its user may: there is no other value"


class AgentTaskOut(Out):
    """An agent task, without its address."""

    object: str
    agent_id: str
    agent_task_id: str
    task_id: str

    @classmethod
    def of(cls, row: AgentTask, _view: View) -> "AgentTaskOut":
        """As this API writes it."""
        return cls(object="agent_task", agent_id=row.agent_id, agent_task_id=row.id, task_id=row.id)


class AgentTaskMadeOut(AgentTaskOut):
    """An agent task with the address that signs its agent in."""

    url: str

    @classmethod
    def of(cls, result: AgentTaskMade, view: View) -> "AgentTaskMadeOut":  # type: ignore[override]  # another result
        """As this API writes it."""
        shared = msgspec.structs.asdict(AgentTaskOut.of(result.task, view))
        return cls(**shared, url=result.url)


class OnBehalfOfIn(In):
    """The user to act for, by one of both."""

    user_id: str | None = None
    identifier: str | None = None


class CreateAgentTask(In):
    """What an agent is to do, and for whom."""

    on_behalf_of: OnBehalfOfIn
    permissions: Literal["*"]
    agent_name: str
    task_description: str
    redirect_url: str
    session_max_duration_in_seconds: int | UnsetType = UNSET


def read_subject(given: OnBehalfOfIn) -> OnBehalfOf:
    """Who is meant, in the core's words."""
    return OnBehalfOf(given.user_id, given.identifier)


CALLS = [
    Call(
        "POST",
        "/agents/tasks",
        agent_tasks.create,
        AgentTaskMadeOut,
        body=CreateAgentTask,
        names={
            "task_description": "description",
            "session_max_duration_in_seconds": "session_seconds",
        },
        reads={"on_behalf_of": read_subject},
        ignores={"permissions": ALL},
        tag=TAG,
    ),
    Call(
        "POST",
        "/agents/tasks/{agent_task_id}/revoke",
        agent_tasks.revoke,
        AgentTaskOut,
        tag=TAG,
    ),
]
