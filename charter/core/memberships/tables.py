"""Memberships: a user in an organization."""

from sqlalchemy import Column, Index, Table, Text

from charter.core.columns import belongs_to, key_columns, metadata_column, moment, time_columns
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
    comment="A user in an organization, with the primary of their roles there.",
)

membership_roles = Table(
    "membership_roles",
    metadata,
    Column("instance_id", Text, primary_key=True),
    Column("membership_id", Text, primary_key=True),
    Column("role_id", Text, primary_key=True),
    belongs_to("memberships", "membership_id"),
    belongs_to("roles", "role_id", ondelete="NO ACTION"),
    Index("ix_membership_roles_role_id", "instance_id", "role_id"),
    comment="Further roles of a membership, beside its primary one.",
)

disabled_memberships = Table(
    "disabled_memberships",
    metadata,
    *key_columns(),
    Column("organization_id", Text, nullable=False),
    Column("user_id", Text, nullable=False),
    Column("role_id", Text, nullable=False),
    metadata_column("public_metadata"),
    metadata_column("private_metadata"),
    *time_columns(),
    moment("disabled_at", nullable=False),
    belongs_to("organizations", "organization_id"),
    belongs_to("users", "user_id"),
    belongs_to("roles", "role_id", ondelete="NO ACTION"),
    Index(
        "uq_disabled_memberships_user_id", "instance_id", "organization_id", "user_id", unique=True
    ),
    Index("ix_disabled_memberships_user_id", "instance_id", "user_id"),
    Index("ix_disabled_memberships_role_id", "instance_id", "role_id"),
    comment="What brings a disabled member back; who is in here is no member.",
)

disabled_membership_roles = Table(
    "disabled_membership_roles",
    metadata,
    Column("instance_id", Text, primary_key=True),
    Column("membership_id", Text, primary_key=True),
    Column("role_id", Text, primary_key=True),
    belongs_to("disabled_memberships", "membership_id"),
    belongs_to("roles", "role_id", ondelete="NO ACTION"),
    Index("ix_disabled_membership_roles_role_id", "instance_id", "role_id"),
    comment="Further roles of a disabled member, beside the primary one.",
)
