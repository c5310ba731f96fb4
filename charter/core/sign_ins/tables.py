"""Sign-ins: attempts of browsers to get a session."""

from sqlalchemy import CheckConstraint, Column, Index, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from charter.core.columns import belongs_to, key_columns, moment, time_columns
from charter.kernel.db import metadata

sign_ins = Table(
    "sign_ins",
    metadata,
    *key_columns(),
    Column("client_id", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("identifier", Text),
    Column("user_id", Text),
    Column("first_check", JSONB),
    Column("second_check", JSONB),
    Column("created_session_id", Text),
    Column("organization_id", Text),
    Column("actor", JSONB),
    moment("abandon_at", nullable=False),
    *time_columns(),
    belongs_to("clients", "client_id"),
    belongs_to("users", "user_id"),
    CheckConstraint(
        "status IN ('needs_identifier', 'needs_first_factor', 'needs_second_factor',"
        " 'needs_client_trust', 'needs_new_password', 'complete')",
        name="status",
    ),
    # No path reaches a session without a user and a proven factor.
    CheckConstraint(
        "status <> 'complete' OR (user_id IS NOT NULL AND created_session_id IS NOT NULL"
        " AND first_check ->> 'status' = 'verified')",
        name="complete",
    ),
    Index("ix_sign_ins_client_id", "instance_id", "client_id", "created_at"),
    Index("ix_sign_ins_user_id", "instance_id", "user_id"),
    Index("ix_sign_ins_abandon_at", "abandon_at"),
    comment="A browser's attempt to get a session. Abandoned is read off the clock.",
)
