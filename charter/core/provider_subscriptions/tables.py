"""Customers and subscriptions that a gateway keeps, and what it told of them."""

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
from sqlalchemy.dialects.postgresql import JSONB

from charter.core.columns import belongs_to, key_columns, moment, time_columns
from charter.kernel.db import metadata

gateway_customers = Table(
    "gateway_customers",
    metadata,
    *key_columns(),
    Column("payer_id", Text, nullable=False),
    Column("gateway", Text, nullable=False),
    Column("external_customer_id", Text, nullable=False),
    # What the gateway entitles the customer to: a list of objects with `key` and `name`.
    Column("features", JSONB, nullable=False, server_default=text("'[]'::jsonb")),
    moment("synced_at"),
    *time_columns(),
    belongs_to("payers", "payer_id"),
    CheckConstraint("gateway IN ('stripe')", name="gateway"),
    Index("uq_gateway_customers_payer_id", "instance_id", "payer_id", "gateway", unique=True),
    Index(
        "uq_gateway_customers_external_customer_id",
        "instance_id",
        "gateway",
        "external_customer_id",
        unique=True,
    ),
    comment="Which customer of a gateway a payer is.",
)

provider_subscriptions = Table(
    "provider_subscriptions",
    metadata,
    *key_columns(),
    Column("payer_id", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("price_id", Text),
    Column("quantity", Integer),
    moment("current_period_start"),
    moment("current_period_end"),
    Column("cancel_at_period_end", Boolean, nullable=False),
    moment("canceled_at"),
    Column("external_id", Text, nullable=False),
    Column("external_customer_id", Text, nullable=False),
    Column("external_data", JSONB),
    moment("synced_at", nullable=False),
    *time_columns(),
    belongs_to("payers", "payer_id"),
    CheckConstraint(
        "status IN ('trialing', 'active', 'past_due', 'canceled', 'unpaid', 'incomplete',"
        " 'incomplete_expired', 'paused')",
        name="status",
    ),
    Index("uq_provider_subscriptions_external_id", "instance_id", "external_id", unique=True),
    Index("ix_provider_subscriptions_created_at", "instance_id", "payer_id", "created_at", "id"),
    comment="A subscription that a gateway keeps, as it was when the gateway was last asked.",
)

gateway_events = Table(
    "gateway_events",
    metadata,
    Column("instance_id", Text, primary_key=True),
    Column("gateway", Text, primary_key=True),
    Column("external_id", Text, primary_key=True),
    moment("received_at", nullable=False),
    ForeignKeyConstraint(["instance_id"], ["instances.id"], ondelete="CASCADE"),
    CheckConstraint("gateway IN ('stripe')", name="gateway"),
    Index("ix_gateway_events_received_at", "received_at"),
    comment="An event of a gateway that has had its effect: it has none again.",
)
