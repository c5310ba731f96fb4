"""Payers and how they pay."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
    text,
)

from charter.core.columns import belongs_to, key_columns, moment, time_columns
from charter.kernel.db import metadata

payers = Table(
    "payers",
    metadata,
    *key_columns(),
    # No references: what was paid is on record after who paid is gone.
    Column("user_id", Text),
    Column("organization_id", Text),
    Column("plan_id", Text, nullable=False),
    Column("had_trial", Boolean, nullable=False, server_default=text("false")),
    moment("next_due_at"),
    *time_columns(),
    ForeignKeyConstraint(["instance_id"], ["instances.id"], ondelete="CASCADE"),
    belongs_to("plans", "plan_id", ondelete="NO ACTION"),
    CheckConstraint("(user_id IS NULL) <> (organization_id IS NULL)", name="subject"),
    Index("uq_payers_user_id", "instance_id", "user_id", unique=True),
    Index("uq_payers_organization_id", "instance_id", "organization_id", unique=True),
    Index("ix_payers_plan_id", "instance_id", "plan_id"),
    comment="A user or an organization in its dealings with money.",
)

payment_methods = Table(
    "payment_methods",
    metadata,
    *key_columns(),
    Column("payer_id", Text, nullable=False),
    Column("gateway", Text, nullable=False),
    Column("external_customer_id", Text),
    Column("external_id", Text),
    Column("card_type", Text),
    Column("last4", Text),
    Column("expiry_year", Integer),
    Column("expiry_month", Integer),
    Column("is_default", Boolean, nullable=False),
    Column("status", Text, nullable=False),
    *time_columns(),
    belongs_to("payers", "payer_id"),
    CheckConstraint("gateway IN ('manual', 'stripe')", name="gateway"),
    CheckConstraint("status IN ('active', 'disconnected')", name="status"),
    Index("uq_payment_methods_external_id", "instance_id", "payer_id", "external_id", unique=True),
    Index(
        "uq_payment_methods_default",
        "instance_id",
        "payer_id",
        unique=True,
        postgresql_where=text("is_default"),
    ),
    comment="How a payer pays: by an invoice that is settled by hand, or through a gateway.",
)
