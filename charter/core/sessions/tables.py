"""Sessions: a user signed in on a client."""

from sqlalchemy import Boolean, CheckConstraint, Column, Index, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from charter.core.columns import belongs_to, key_columns, moment, time_columns
from charter.kernel.db import metadata

sessions = Table(
    "sessions",
    metadata,
    *key_columns(),
    Column("user_id", Text, nullable=False),
    Column("client_id", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("actor", JSONB),
    Column("last_active_organization_id", Text),
    Column("latest_activity", JSONB),
    moment("first_factor_at"),
    moment("second_factor_at"),
    moment("last_active_at", nullable=False),
    moment("expire_at", nullable=False),
    moment("abandon_at", nullable=False),
    *time_columns(),
    Column("needs_second_factor", Boolean, nullable=False, server_default=text("false")),
    belongs_to("users", "user_id"),
    belongs_to("clients", "client_id"),
    CheckConstraint(
        "status IN ('active', 'pending', 'revoked', 'ended', 'removed', 'replaced')", name="status"
    ),
    Index("ix_sessions_user_id", "instance_id", "user_id", "created_at"),
    Index("ix_sessions_client_id", "instance_id", "client_id"),
    Index("ix_sessions_created_at", "instance_id", "created_at", "id"),
    comment="A user signed in on a client. Expired and abandoned are read off the clock.",
)
