"""Subscriptions and their items."""

from sqlalchemy import Boolean, CheckConstraint, Column, Index, Integer, Table, Text, text

from charter.core.columns import belongs_to, key_columns, moment, time_columns
from charter.kernel.db import metadata

subscriptions = Table(
    "subscriptions",
    metadata,
    *key_columns(),
    Column("payer_id", Text, nullable=False),
    Column("status", Text, nullable=False),
    moment("active_at"),
    moment("past_due_at"),
    *time_columns(),
    belongs_to("payers", "payer_id"),
    CheckConstraint("status IN ('active', 'past_due')", name="status"),
    Index("uq_subscriptions_payer_id", "instance_id", "payer_id", unique=True),
    comment="What a payer is subscribed to, as a whole.",
)


def _only_one(name: str, statuses: str) -> Index:
    return Index(
        f"uq_subscription_items_{name}",
        "instance_id",
        "subscription_id",
        unique=True,
        postgresql_where=text(f"status IN ({statuses})"),
    )


subscription_items = Table(
    "subscription_items",
    metadata,
    *key_columns(),
    Column("subscription_id", Text, nullable=False),
    Column("payer_id", Text, nullable=False),
    Column("plan_id", Text, nullable=False),
    Column("price_id", Text, nullable=False),
    Column("plan_period", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("is_free_trial", Boolean, nullable=False),
    # Periods are counted from here, so that one begun on the 31st finds the 31st again.
    moment("anchor_at", nullable=False),
    Column("cycle", Integer, nullable=False),
    moment("period_start", nullable=False),
    moment("period_end"),
    moment("trial_notice_at"),
    moment("canceled_at"),
    moment("past_due_at"),
    moment("ended_at"),
    *time_columns(),
    belongs_to("subscriptions", "subscription_id"),
    belongs_to("payers", "payer_id"),
    belongs_to("plans", "plan_id", ondelete="NO ACTION"),
    belongs_to("prices", "price_id", ondelete="NO ACTION"),
    CheckConstraint("plan_period IN ('month', 'annual')", name="plan_period"),
    CheckConstraint(
        "status IN ('active', 'canceled', 'past_due', 'upcoming', 'incomplete', 'abandoned',"
        " 'ended')",
        name="status",
    ),
    CheckConstraint("period_end > period_start", name="period"),
    CheckConstraint("(status IN ('ended', 'abandoned')) = (ended_at IS NOT NULL)", name="ended"),
    # A payer has one plan at a time, one that comes next, and one that is being paid for.
    _only_one("current", "'active', 'canceled', 'past_due'"),
    _only_one("upcoming", "'upcoming'"),
    _only_one("incomplete", "'incomplete'"),
    Index("ix_subscription_items_created_at", "instance_id", "created_at", "id"),
    Index("ix_subscription_items_payer_id", "instance_id", "payer_id", "created_at"),
    Index("ix_subscription_items_plan_id", "instance_id", "plan_id"),
    Index("ix_subscription_items_price_id", "instance_id", "price_id"),
    comment="A plan that a payer has, had or will have; its period moves on with each renewal.",
)
