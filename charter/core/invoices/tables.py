"""Invoices that a gateway wrote."""

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from charter.core.columns import belongs_to, key_columns, moment, time_columns
from charter.kernel.db import metadata

invoices = Table(
    "invoices",
    metadata,
    *key_columns(),
    Column("payer_id", Text, nullable=False),
    # No reference: an invoice is on record after what it was for is gone.
    Column("subscription_id", Text),
    Column("number", Text),
    Column("amount_due", BigInteger, nullable=False),
    Column("amount_paid", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("status", Text, nullable=False),
    moment("due_at"),
    moment("paid_at"),
    moment("period_start"),
    moment("period_end"),
    Column("external_id", Text, nullable=False),
    Column("external_customer_id", Text, nullable=False),
    Column("external_data", JSONB),
    moment("synced_at", nullable=False),
    *time_columns(),
    belongs_to("payers", "payer_id"),
    CheckConstraint("status IN ('draft', 'open', 'paid', 'void', 'uncollectible')", name="status"),
    Index("uq_invoices_external_id", "instance_id", "external_id", unique=True),
    Index("ix_invoices_created_at", "instance_id", "payer_id", "created_at", "id"),
    comment="What a gateway asked an organization to pay.",
)
