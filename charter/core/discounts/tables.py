"""Discounts and the items that they count for."""

from sqlalchemy import (
    BigInteger,
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

from charter.core.columns import belongs_to, key_columns, time_columns
from charter.kernel.db import metadata

EFFECTS = (
    "(effect = 'percentage' AND percent_off BETWEEN 1 AND 10000 AND amount_off IS NULL)"
    " OR (effect = 'fixed_amount' AND amount_off > 0 AND currency IS NOT NULL"
    " AND percent_off IS NULL)"
)

discounts = Table(
    "discounts",
    metadata,
    *key_columns(),
    Column("name", Text, nullable=False),
    Column("effect", Text, nullable=False),
    Column("percent_off", Integer),
    Column("amount_off", BigInteger),
    Column("currency", Text),
    Column("cycles", Integer),
    Column("is_active", Boolean, nullable=False),
    *time_columns(),
    ForeignKeyConstraint(["instance_id"], ["instances.id"], ondelete="CASCADE"),
    CheckConstraint(EFFECTS, name="effect"),
    CheckConstraint("cycles > 0", name="cycles"),
    comment="What can be taken off charges.",
)

discount_redemptions = Table(
    "discount_redemptions",
    metadata,
    *key_columns(),
    Column("subscription_item_id", Text, nullable=False),
    Column("discount_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("effect", Text, nullable=False),
    Column("percent_off", Integer),
    Column("amount_off", BigInteger),
    Column("currency", Text),
    Column("cycles_remaining", Integer),
    Column("cycles_applied", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("redeemed_by", Text),
    *time_columns(),
    belongs_to("subscription_items", "subscription_item_id"),
    belongs_to("discounts", "discount_id"),
    CheckConstraint(EFFECTS, name="effect"),
    CheckConstraint("status IN ('active', 'exhausted', 'removed')", name="status"),
    CheckConstraint("cycles_remaining >= 0", name="cycles_remaining"),
    Index(
        "uq_discount_redemptions_active",
        "instance_id",
        "subscription_item_id",
        unique=True,
        postgresql_where=text("status = 'active'"),
    ),
    Index("ix_discount_redemptions_subscription_item_id", "instance_id", "subscription_item_id"),
    Index("ix_discount_redemptions_discount_id", "instance_id", "discount_id"),
    comment="That a discount counts for an item, as it was when it was applied.",
)
