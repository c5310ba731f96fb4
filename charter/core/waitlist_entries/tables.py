"""Addresses that wait to be let in."""

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Index, Table, Text

from charter.core.columns import key_columns, time_columns
from charter.kernel.db import metadata

waitlist_entries = Table(
    "waitlist_entries",
    metadata,
    *key_columns(),
    Column("email_address", Text, nullable=False),
    Column("address_key", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("invitation_id", Text),
    *time_columns(),
    ForeignKeyConstraint(["instance_id"], ["instances.id"], ondelete="CASCADE"),
    CheckConstraint("status IN ('pending', 'invited', 'rejected', 'completed')", name="status"),
    CheckConstraint("status <> 'invited' OR invitation_id IS NOT NULL", name="invitation_id"),
    Index("uq_waitlist_entries_address_key", "instance_id", "address_key", unique=True),
    Index("ix_waitlist_entries_created_at", "instance_id", "created_at", "id"),
    comment="An address that asks to be let in, and what became of that.",
)
