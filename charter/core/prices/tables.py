"""Prices of plans."""

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, Index, Table, Text, text

from charter.core.columns import belongs_to, key_columns, moment
from charter.kernel.db import metadata

prices = Table(
    "prices",
    metadata,
    *key_columns(),
    Column("plan_id", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("amount", BigInteger),
    Column("annual_monthly_amount", BigInteger),
    Column("description", Text),
    Column("is_default", Boolean, nullable=False),
    moment("created_at", nullable=False),
    belongs_to("plans", "plan_id"),
    CheckConstraint(
        "(amount IS NOT NULL OR annual_monthly_amount IS NOT NULL)"
        " AND coalesce(amount, 0) >= 0 AND coalesce(annual_monthly_amount, 0) >= 0",
        name="amounts",
    ),
    Index(
        "uq_prices_default",
        "instance_id",
        "plan_id",
        unique=True,
        postgresql_where=text("is_default"),
    ),
    Index("ix_prices_plan_id", "instance_id", "plan_id"),
    Index("ix_prices_amount", "instance_id", text("coalesce(amount, 0)"), "created_at", "id"),
    comment="What a plan costs, as a rule or for some; a row never changes.",
)
