"""Requests to become a member."""

from sqlalchemy import CheckConstraint, Column, Index, Table, Text, text

from charter.core.columns import belongs_to, key_columns, time_columns
from charter.kernel.db import metadata

membership_requests = Table(
    "membership_requests",
    metadata,
    *key_columns(),
    Column("organization_id", Text, nullable=False),
    Column("user_id", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("decided_by", Text),
    *time_columns(),
    belongs_to("organizations", "organization_id"),
    belongs_to("users", "user_id"),
    CheckConstraint("status IN ('pending', 'accepted', 'rejected')", name="status"),
    Index(
        "uq_membership_requests_pending",
        "instance_id",
        "organization_id",
        "user_id",
        unique=True,
        postgresql_where=text("status = 'pending'"),
    ),
    Index("ix_membership_requests_created_at", "instance_id", "organization_id", "created_at"),
    Index("ix_membership_requests_user_id", "instance_id", "user_id"),
    comment="A user who asks to become a member, and what a member who may decided.",
)
