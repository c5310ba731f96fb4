"""Payments, the attempts to collect them, and statements."""

from sqlalchemy import (
    BigInteger,
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

from charter.core.columns import belongs_to, key_columns, moment, time_columns
from charter.kernel.db import metadata

billing_statements = Table(
    "billing_statements",
    metadata,
    *key_columns(),
    Column("payer_id", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("status", Text, nullable=False),
    moment("closes_at", nullable=False),
    *time_columns(),
    belongs_to("payers", "payer_id"),
    CheckConstraint("status IN ('open', 'closed')", name="status"),
    Index(
        "uq_billing_statements_open",
        "instance_id",
        "payer_id",
        "currency",
        unique=True,
        postgresql_where=text("status = 'open'"),
    ),
    Index("ix_billing_statements_created_at", "instance_id", "created_at", "id"),
    comment="What a payer was charged within a month, in one currency.",
)

payments = Table(
    "payments",
    metadata,
    *key_columns(),
    Column("payer_id", Text, nullable=False),
    Column("statement_id", Text, nullable=False),
    Column("subscription_item_id", Text, nullable=False),
    Column("charge_type", Text, nullable=False),
    moment("period_start", nullable=False),
    moment("period_end", nullable=False),
    Column("currency", Text, nullable=False),
    # base - discount - proration - credits = amount: what is left to be paid.
    Column("base_amount", BigInteger, nullable=False),
    Column("discount_amount", BigInteger, nullable=False),
    Column("proration_amount", BigInteger, nullable=False),
    Column("proration_days_left", Integer),
    Column("proration_days", Integer),
    Column("credits_amount", BigInteger, nullable=False),
    Column("credits_left", BigInteger, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("status", Text, nullable=False),
    moment("next_step_at"),
    *time_columns(),
    belongs_to("payers", "payer_id"),
    belongs_to("billing_statements", "statement_id"),
    belongs_to("subscription_items", "subscription_item_id"),
    CheckConstraint("charge_type IN ('checkout', 'recurring')", name="charge_type"),
    CheckConstraint("status IN ('pending', 'paid', 'failed')", name="status"),
    CheckConstraint("period_end > period_start", name="period"),
    CheckConstraint(
        "amount = base_amount - discount_amount - proration_amount - credits_amount"
        " AND amount >= 0 AND base_amount >= 0 AND discount_amount >= 0"
        " AND proration_amount >= 0 AND credits_amount >= 0",
        name="amount",
    ),
    # A period of an item is charged once.
    Index("uq_payments_period", "instance_id", "subscription_item_id", "period_start", unique=True),
    Index("ix_payments_payer_id", "instance_id", "payer_id"),
    Index("ix_payments_statement_id", "instance_id", "statement_id"),
    comment="A charge for one period of an item.",
)

payment_attempts = Table(
    "payment_attempts",
    metadata,
    *key_columns(),
    Column("payment_id", Text, nullable=False),
    Column("payer_id", Text, nullable=False),
    Column("statement_id", Text, nullable=False),
    Column("payment_method_id", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("gateway_external_id", Text),
    Column("failure_code", Text),
    moment("paid_at"),
    moment("failed_at"),
    *time_columns(),
    belongs_to("payments", "payment_id"),
    belongs_to("payers", "payer_id"),
    belongs_to("billing_statements", "statement_id"),
    belongs_to("payment_methods", "payment_method_id", ondelete="NO ACTION"),
    CheckConstraint("status IN ('pending', 'paid', 'failed')", name="status"),
    Index("uq_payment_attempts_number", "instance_id", "payment_id", "number", unique=True),
    # While one is under way no other begins, and after one that was paid none.
    Index(
        "uq_payment_attempts_open",
        "instance_id",
        "payment_id",
        unique=True,
        postgresql_where=text("status IN ('pending', 'paid')"),
    ),
    Index("ix_payment_attempts_statement_id", "instance_id", "statement_id", "created_at", "id"),
    Index("ix_payment_attempts_payer_id", "instance_id", "payer_id"),
    Index("ix_payment_attempts_payment_method_id", "instance_id", "payment_method_id"),
    comment="One try to collect a payment.",
)

payment_gateways = Table(
    "payment_gateways",
    metadata,
    *key_columns(),
    Column("gateway", Text, nullable=False),
    Column("sealed_secret", LargeBinary, nullable=False),
    # What the gateway signs its events with; null where it posts none.
    Column("sealed_webhook_secret", LargeBinary),
    *time_columns(),
    ForeignKeyConstraint(["instance_id"], ["instances.id"], ondelete="CASCADE"),
    CheckConstraint("gateway IN ('stripe')", name="gateway"),
    Index("uq_payment_gateways_gateway", "instance_id", "gateway", unique=True),
    comment="How an instance reaches a gateway; the secrets are sealed.",
)

billing_holds = Table(
    "billing_holds",
    metadata,
    Column("instance_id", Text, primary_key=True),
    moment("held_at", nullable=False),
    ForeignKeyConstraint(["instance_id"], ["instances.id"], ondelete="CASCADE"),
    comment="That an instance renews and collects nothing, and since when.",
)
