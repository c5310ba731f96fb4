"""Tombstones: what was deleted, by the names that providers have for it."""

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Index, Table, Text

from charter.core.columns import moment
from charter.kernel.db import metadata

tombstones = Table(
    "tombstones",
    metadata,
    Column("instance_id", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("external_id", Text, primary_key=True),
    moment("forgotten_until", nullable=False),
    ForeignKeyConstraint(["instance_id"], ["instances.id"], ondelete="CASCADE"),
    CheckConstraint("kind IN ('payment', 'invoice')", name="kind"),
    Index("ix_tombstones_forgotten_until", "forgotten_until"),
    comment="That a payment or an invoice was deleted, so that a provider does not bring it back.",
)
