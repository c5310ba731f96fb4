"""Memberships: a user in an organization."""

from sqlalchemy import Column, Index, Table, Text

from charter.core.columns import belongs_to, key_columns, metadata_column, time_columns
from charter.kernel.db import metadata

memberships = Table(
    "memberships",
    metadata,
    *key_columns(),
    Column("organization_id", Text, nullable=False),
    Column("user_id", Text, nullable=False),
    Column("role_id", Text, nullable=False),
    metadata_column("public_metadata"),
    metadata_column("private_metadata"),
    *time_columns(),
    belongs_to("organizations", "organization_id"),
    belongs_to("users", "user_id"),
    belongs_to("roles", "role_id", ondelete="NO ACTION"),
    Index("uq_memberships_user_id", "instance_id", "organization_id", "user_id", unique=True),
    Index("ix_memberships_user_id", "instance_id", "user_id", "created_at"),
    Index("ix_memberships_created_at", "instance_id", "organization_id", "created_at", "id"),
    Index("ix_memberships_of_instance", "instance_id", "created_at", "id"),
    Index("ix_memberships_role_id", "instance_id", "role_id"),
    comment="A user in an organization, with one role of the organization's role set.",
)
