"""Agent tasks: one-time tickets by which an agent signs in for a user."""

from sqlalchemy import CheckConstraint, Column, Index, Integer, Table, Text

from charter.core.columns import belongs_to, key_columns, moment, time_columns
from charter.kernel.db import metadata

agent_tasks = Table(
    "agent_tasks",
    metadata,
    *key_columns(),
    Column("user_id", Text, nullable=False),
    Column("agent_id", Text, nullable=False),
    Column("agent_name", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("redirect_url", Text, nullable=False),
    Column("session_seconds", Integer, nullable=False),
    Column("status", Text, nullable=False),
    moment("expires_at", nullable=False),
    *time_columns(),
    belongs_to("users", "user_id"),
    CheckConstraint("status IN ('pending', 'accepted', 'revoked')", name="status"),
    CheckConstraint("session_seconds > 0", name="session_seconds"),
    Index("ix_agent_tasks_user_id", "instance_id", "user_id"),
    comment="What an agent is to do for a user; its ticket is a grant that signs in once.",
)
