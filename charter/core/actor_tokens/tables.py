"""Actor tokens: one-time tickets by which somebody signs in as a user."""

from sqlalchemy import CheckConstraint, Column, Index, Integer, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from charter.core.columns import belongs_to, key_columns, moment, time_columns
from charter.kernel.db import metadata

actor_tokens = Table(
    "actor_tokens",
    metadata,
    *key_columns(),
    Column("user_id", Text, nullable=False),
    Column("actor", JSONB, nullable=False),
    Column("session_seconds", Integer, nullable=False),
    Column("status", Text, nullable=False),
    moment("expires_at", nullable=False),
    *time_columns(),
    belongs_to("users", "user_id"),
    CheckConstraint("status IN ('pending', 'accepted', 'revoked')", name="status"),
    # No session of somebody else's is without a name for who that is.
    CheckConstraint("actor ->> 'sub' IS NOT NULL", name="actor"),
    CheckConstraint("session_seconds > 0", name="session_seconds"),
    Index("ix_actor_tokens_user_id", "instance_id", "user_id"),
    comment="A ticket by which an actor signs in once as a user; its secret is a grant.",
)
