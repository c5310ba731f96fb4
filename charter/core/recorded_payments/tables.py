"""Recorded payments."""

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from charter.core.columns import (
    belongs_to,
    key_columns,
    metadata_column,
    moment,
    time_columns,
)
from charter.kernel.db import metadata

recorded_payments = Table(
    "recorded_payments",
    metadata,
    *key_columns(),
    Column("payer_id", Text, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("refunded_amount", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("status", Text, nullable=False),
    moment("paid_at"),
    Column("payment_method", Text),
    Column("external_id", Text),
    Column("external_customer_id", Text),
    Column("external_data", JSONB),
    metadata_column("metadata"),
    *time_columns(),
    belongs_to("payers", "payer_id"),
    CheckConstraint(
        "status IN ('pending', 'succeeded', 'failed', 'canceled', 'refunded')", name="status"
    ),
    CheckConstraint("payment_method IN ('card', 'ach', 'wire', 'other')", name="payment_method"),
    CheckConstraint("amount > 0 AND refunded_amount BETWEEN 0 AND amount", name="amount"),
    CheckConstraint("(status = 'refunded') = (refunded_amount = amount)", name="refunded"),
    Index(
        "uq_recorded_payments_external_id",
        "instance_id",
        "external_id",
        unique=True,
        postgresql_where=text("external_id IS NOT NULL"),
    ),
    Index("ix_recorded_payments_created_at", "instance_id", "payer_id", "created_at", "id"),
    comment="A payment made outside: recorded by hand, or learned from a gateway.",
)
