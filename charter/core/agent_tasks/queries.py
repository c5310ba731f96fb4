"""Every SQL statement about agent tasks."""

from charter.core.agent_tasks.model import AgentTask
from charter.core.agent_tasks.tables import agent_tasks
from charter.core.grants.settling import PendingTokens

TASKS = PendingTokens(agent_tasks, AgentTask)
"""Agent tasks, pending until they are used or taken back, once."""
