"""Reverifications: one at most runs for a session."""

from sqlalchemy import CheckConstraint, Column, Index, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from charter.core.columns import belongs_to, key_columns, moment, time_columns
from charter.kernel.db import metadata

reverifications = Table(
    "reverifications",
    metadata,
    *key_columns(),
    Column("session_id", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("first_check", JSONB),
    Column("second_check", JSONB),
    moment("expires_at", nullable=False),
    *time_columns(),
    belongs_to("sessions", "session_id"),
    CheckConstraint("level IN ('first_factor', 'second_factor', 'multi_factor')", name="level"),
    CheckConstraint(
        "status IN ('needs_first_factor', 'needs_second_factor', 'complete')", name="status"
    ),
    Index("uq_reverifications_session_id", "instance_id", "session_id", unique=True),
    comment="A person at a session shows anew who they are.",
)
