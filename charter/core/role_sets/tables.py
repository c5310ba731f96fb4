"""Role sets: which roles an organization may use."""

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Index, Table, Text, text

from charter.core.columns import belongs_to, key_columns, time_columns
from charter.kernel.db import metadata

role_sets = Table(
    "role_sets",
    metadata,
    *key_columns(),
    Column("key", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("description", Text),
    Column("type", Text, nullable=False),
    Column("default_role_id", Text),
    Column("creator_role_id", Text),
    *time_columns(),
    ForeignKeyConstraint(["instance_id"], ["instances.id"], ondelete="CASCADE"),
    CheckConstraint("type IN ('initial', 'custom')", name="type"),
    Index("uq_role_sets_key", "instance_id", "key", unique=True),
    Index(
        "uq_role_sets_initial",
        "instance_id",
        unique=True,
        postgresql_where=text("type = 'initial'"),
    ),
    comment="Which roles an organization may use; the initial one serves new organizations.",
)

role_set_roles = Table(
    "role_set_roles",
    metadata,
    Column("instance_id", Text, primary_key=True),
    Column("role_set_id", Text, primary_key=True),
    Column("role_id", Text, primary_key=True),
    belongs_to("role_sets", "role_set_id"),
    belongs_to("roles", "role_id"),
    Index("ix_role_set_roles_role_id", "instance_id", "role_id"),
    comment="Which role is in which set.",
)
