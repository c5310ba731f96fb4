"""Webhooks: who is told, what happened, and what was tried to tell it."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from charter.core.columns import belongs_to, key_columns, moment, time_columns
from charter.kernel.db import metadata

webhook_apps = Table(
    "webhook_apps",
    metadata,
    Column("instance_id", Text, primary_key=True),
    moment("created_at", nullable=False),
    ForeignKeyConstraint(["instance_id"], ["instances.id"], ondelete="CASCADE"),
    comment="That an instance tells what happens in it.",
)

webhook_endpoints = Table(
    "webhook_endpoints",
    metadata,
    *key_columns(),
    Column("url", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("event_types", ARRAY(Text)),
    moment("disabled_at"),
    Column("disabled_reason", Text),
    moment("failing_since"),
    # One worker at a time serves an endpoint, so that the events of a subject keep their order.
    moment("leased_until", nullable=False),
    *time_columns(),
    ForeignKeyConstraint(["instance_id"], ["webhook_apps.instance_id"], ondelete="CASCADE"),
    CheckConstraint("(disabled_at IS NULL) = (disabled_reason IS NULL)", name="disabled_reason"),
    Index("ix_webhook_endpoints_created_at", "instance_id", "created_at", "id"),
    comment="Where what happens is posted to.",
)

webhook_secrets = Table(
    "webhook_secrets",
    metadata,
    *key_columns(),
    Column("endpoint_id", Text, nullable=False),
    Column("sealed_secret", LargeBinary, nullable=False),
    moment("created_at", nullable=False),
    moment("expires_at"),
    belongs_to("webhook_endpoints", "endpoint_id"),
    Index(
        "uq_webhook_secrets_current",
        "instance_id",
        "endpoint_id",
        unique=True,
        postgresql_where=text("expires_at IS NULL"),
    ),
    Index("ix_webhook_secrets_endpoint_id", "instance_id", "endpoint_id"),
    comment="What an endpoint knows us by: one that stays, and those that a rotation lets end.",
)

webhook_messages = Table(
    "webhook_messages",
    metadata,
    *key_columns(),
    Column("event_type", Text, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("subject_id", Text, nullable=False),
    # As text, not JSON: what is signed is these very characters.
    Column("body", Text),
    Column("sealed_body", LargeBinary),
    moment("created_at", nullable=False),
    ForeignKeyConstraint(["instance_id"], ["webhook_apps.instance_id"], ondelete="CASCADE"),
    CheckConstraint("(body IS NULL) <> (sealed_body IS NULL)", name="body"),
    Index("ix_webhook_messages_created_at", "instance_id", "created_at", "id"),
    Index("ix_webhook_messages_subject_id", "instance_id", "subject_id", "created_at"),
    Index("ix_webhook_messages_clear", "created_at"),
    comment="What happened, as endpoints are told it.",
)

webhook_deliveries = Table(
    "webhook_deliveries",
    metadata,
    Column("instance_id", Text, primary_key=True),
    Column("endpoint_id", Text, primary_key=True),
    Column("message_id", Text, primary_key=True),
    Column("sequence", BigInteger, nullable=False),
    Column("subject_id", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    moment("next_attempt_at", nullable=False),
    belongs_to("webhook_endpoints", "endpoint_id"),
    belongs_to("webhook_messages", "message_id"),
    CheckConstraint("state IN ('pending', 'delivered', 'parked')", name="state"),
    Index(
        "ix_webhook_deliveries_pending",
        "instance_id",
        "endpoint_id",
        "next_attempt_at",
        "sequence",
        postgresql_where=text("state = 'pending'"),
    ),
    Index(
        "ix_webhook_deliveries_parked",
        "instance_id",
        "endpoint_id",
        postgresql_where=text("state = 'parked'"),
    ),
    Index("ix_webhook_deliveries_message_id", "instance_id", "message_id"),
    comment="That a message is to reach an endpoint, and how that stands.",
)

webhook_attempts = Table(
    "webhook_attempts",
    metadata,
    *key_columns(),
    Column("endpoint_id", Text, nullable=False),
    Column("message_id", Text, nullable=False),
    Column("status", Integer),
    Column("error", Text),
    Column("duration_ms", Integer, nullable=False),
    Column("response_head", Text, nullable=False),
    moment("attempted_at", nullable=False),
    belongs_to("webhook_endpoints", "endpoint_id"),
    belongs_to("webhook_messages", "message_id"),
    Index("ix_webhook_attempts_attempted_at", "instance_id", "attempted_at", "id"),
    Index("ix_webhook_attempts_endpoint_id", "instance_id", "endpoint_id", "attempted_at"),
    Index("ix_webhook_attempts_message_id", "instance_id", "message_id", "attempted_at"),
    comment="Each attempt to deliver a message, and what came of it.",
)

webhook_drafts = Table(
    "webhook_drafts",
    metadata,
    *key_columns(),
    Column("kind", Text, nullable=False),
    Column("slug", Text, nullable=False),
    Column("to_address", Text, nullable=False),
    Column("is_delivered_here", Boolean, nullable=False),
    Column("sealed_content", LargeBinary, nullable=False),
    Column("request", JSONB, nullable=False),
    moment("created_at", nullable=False),
    ForeignKeyConstraint(["instance_id"], ["webhook_apps.instance_id"], ondelete="CASCADE"),
    Index("ix_webhook_drafts_created_at", "created_at"),
    comment="Messages to people that endpoints are to be told of; a row goes when they are.",
)
