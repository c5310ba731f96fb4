"""The audit log: a sealed copy of the event stream, chained by hashes."""

from sqlalchemy import BigInteger, Column, Index, LargeBinary, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from charter.core.columns import moment
from charter.kernel.db import metadata

audit_entries = Table(
    "audit_entries",
    metadata,
    Column("instance_id", Text, primary_key=True),
    Column("sequence", BigInteger, primary_key=True),
    Column("event_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("subject_id", Text),
    Column("organization_id", Text),
    Column("actor", JSONB, nullable=False),
    Column("request", JSONB, nullable=False),
    Column("before", JSONB),
    Column("after", JSONB),
    moment("occurred_at", nullable=False),
    Column("previous_hash", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Index("uq_audit_entries_event_id", "instance_id", "event_id", unique=True),
    Index("ix_audit_entries_subject_id", "instance_id", "subject_id", "sequence"),
    comment="Append-only: a trigger refuses changes, and a chain of hashes shows removals.",
)

stream_cursors = Table(
    "stream_cursors",
    metadata,
    Column("consumer", Text, primary_key=True),
    Column("transaction_id", BigInteger, nullable=False),
    Column("position", BigInteger, nullable=False),
    comment="How far each reader of the event stream has come.",
)
