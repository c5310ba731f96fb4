"""Roles of organizations, and the permissions they hold."""

from sqlalchemy import Boolean, Column, ForeignKeyConstraint, Index, Table, Text, text

from charter.core.columns import belongs_to, key_columns, time_columns
from charter.kernel.db import metadata

roles = Table(
    "roles",
    metadata,
    *key_columns(),
    Column("key", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("description", Text),
    Column("is_creator_eligible", Boolean, nullable=False, server_default=text("false")),
    *time_columns(),
    ForeignKeyConstraint(["instance_id"], ["instances.id"], ondelete="CASCADE"),
    Index("uq_roles_key", "instance_id", "key", unique=True),
    comment="What a member may be called; `org:…` keys.",
)

role_permissions = Table(
    "role_permissions",
    metadata,
    Column("instance_id", Text, primary_key=True),
    Column("role_id", Text, primary_key=True),
    Column("permission_id", Text, primary_key=True),
    belongs_to("roles", "role_id"),
    belongs_to("permissions", "permission_id"),
    Index("ix_role_permissions_permission_id", "instance_id", "permission_id"),
    comment="Which role holds which permission.",
)
