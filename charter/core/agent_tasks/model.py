"""The words of agent tasks."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from charter.kernel.errors import DomainError, Kind
from charter.kernel.events import Event
from charter.kernel.patch import UNSET, Unset

AGENT = "agent"
"""The `type` of the `act` claim in tokens of an agent's session."""


class AgentTaskStatus(StrEnum):
    """How an agent task stands. Whether its time is over is told by `expires_at`."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class AgentTask:
    """What an agent is to do for a user, by a ticket that signs it in once.

    agent_id: the same for every task of an agent of this name in the instance.
    """

    id: str
    user_id: str
    agent_id: str
    agent_name: str
    description: str
    redirect_url: str
    session_seconds: int
    status: AgentTaskStatus
    expires_at: datetime
    created_at: datetime
    updated_at: datetime

    @property
    def actor(self) -> dict[str, Any]:
        """Who acts in the session, as its tokens say it."""
        return {"sub": self.agent_id, "type": AGENT}


@dataclass(frozen=True, slots=True)
class AgentTaskMade:
    """An agent task with the address that signs its agent in, shown this once."""

    task: AgentTask
    url: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class OnBehalfOf:
    """The user to act for, by exactly one of both; the identifier a verified one of theirs."""

    user_id: str | None = None
    identifier: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAgentTask:
    """What an agent task is made of."""

    on_behalf_of: OnBehalfOf
    agent_name: str
    description: str
    redirect_url: str
    session_seconds: int | Unset = UNSET


class AgentTaskNotFound(DomainError):
    """There is no such agent task."""

    kind, code = Kind.NOT_FOUND, "agent_task_not_found"
    message = "No agent task has this id."


class AgentTaskNotPending(DomainError):
    """The task was used or revoked, so there is nothing to take back."""

    kind, code = Kind.INVALID, "agent_task_not_pending"
    message = "The agent task is not pending: it is {status}."


class AgentTaskSubjectNotFound(DomainError):
    """There is no user to act for."""

    kind, code = Kind.NOT_FOUND, "agent_task_subject_not_found"
    message = "There is no such user to act for."
    parameter = "on_behalf_of"


class AgentTaskCreated(Event):
    """An agent was given something to do for a user."""

    name = "agentTask.created"


class AgentTaskAccepted(Event):
    """An agent signed in for a user."""

    name = "agentTask.accepted"


class AgentTaskRevoked(Event):
    """An agent is to do something no more."""

    name = "agentTask.revoked"
