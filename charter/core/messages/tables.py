"""Messages that go out by mail or as texts; in development they stay, shown in the outbox."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
)
from sqlalchemy.sql import text

from charter.core.columns import key_columns, moment
from charter.kernel.db import metadata

messages = Table(
    "messages",
    metadata,
    *key_columns(),
    Column("kind", Text, nullable=False),
    Column("to_address", Text, nullable=False),
    Column("status", Text, nullable=False),
    # Subject, text, links and code in one: they hold one-time secrets, so they are sealed. Nothing
    # is kept once the message is on its way.
    Column("sealed_content", LargeBinary),
    Column("error", Text),
    moment("created_at", nullable=False),
    moment("sent_at"),
    Column("attempts", Integer, nullable=False),
    ForeignKeyConstraint(["instance_id"], ["instances.id"], ondelete="CASCADE"),
    CheckConstraint(
        "status IN ('queued', 'sent', 'failed', 'captured', 'handed_over')", name="status"
    ),
    # What the app delivers is kept until it is fetched or too old.
    CheckConstraint(
        "status = 'handed_over'"
        " OR (sealed_content IS NOT NULL) = (status IN ('queued', 'captured'))",
        name="sealed_content",
    ),
    Index("ix_messages_created_at", "instance_id", "created_at"),
    Index(
        "ix_messages_handed_over",
        "created_at",
        postgresql_where=text("status = 'handed_over' AND sealed_content IS NOT NULL"),
    ),
    comment="Messages on their way, and what became of them.",
)
