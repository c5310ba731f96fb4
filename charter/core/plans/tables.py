"""Plans, features, and which plan gives which."""

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

plans = Table(
    "plans",
    metadata,
    *key_columns(),
    Column("payer_type", Text, nullable=False),
    Column("slug", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("description", Text),
    Column("is_default", Boolean, nullable=False),
    Column("is_public", Boolean, nullable=False),
    Column("free_trial_days", Integer),
    *time_columns(),
    ForeignKeyConstraint(["instance_id"], ["instances.id"], ondelete="CASCADE"),
    CheckConstraint("payer_type IN ('user', 'org')", name="payer_type"),
    CheckConstraint("free_trial_days > 0", name="free_trial_days"),
    Index("uq_plans_slug", "instance_id", "payer_type", "slug", unique=True),
    Index(
        "uq_plans_default",
        "instance_id",
        "payer_type",
        unique=True,
        postgresql_where=text("is_default"),
    ),
    Index("ix_plans_created_at", "instance_id", "created_at", "id"),
    comment="What a user or an organization can be subscribed to.",
)

features = Table(
    "features",
    metadata,
    *key_columns(),
    Column("slug", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("description", Text),
    *time_columns(),
    ForeignKeyConstraint(["instance_id"], ["instances.id"], ondelete="CASCADE"),
    Index("uq_features_slug", "instance_id", "slug", unique=True),
    comment="Something that plans give.",
)

plan_features = Table(
    "plan_features",
    metadata,
    Column("instance_id", Text, primary_key=True),
    Column("plan_id", Text, primary_key=True),
    Column("feature_id", Text, primary_key=True),
    moment("created_at", nullable=False),
    belongs_to("plans", "plan_id"),
    belongs_to("features", "feature_id"),
    Index("ix_plan_features_feature_id", "instance_id", "feature_id"),
    comment="That a plan gives a feature.",
)
