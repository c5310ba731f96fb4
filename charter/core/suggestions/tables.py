"""Organizations suggested to users."""

from sqlalchemy import CheckConstraint, Column, Index, Table, Text

from charter.core.columns import belongs_to, key_columns, time_columns
from charter.kernel.db import metadata

organization_suggestions = Table(
    "organization_suggestions",
    metadata,
    *key_columns(),
    Column("organization_id", Text, nullable=False),
    Column("domain_id", Text, nullable=False),
    Column("user_id", Text, nullable=False),
    Column("status", Text, nullable=False),
    *time_columns(),
    belongs_to("organizations", "organization_id"),
    belongs_to("organization_domains", "domain_id"),
    belongs_to("users", "user_id"),
    CheckConstraint("status IN ('pending', 'accepted', 'completed')", name="status"),
    Index(
        "uq_organization_suggestions_user_id",
        "instance_id",
        "organization_id",
        "user_id",
        unique=True,
    ),
    Index("ix_organization_suggestions_user_id", "instance_id", "user_id", "created_at"),
    Index("ix_organization_suggestions_domain_id", "instance_id", "domain_id", "status"),
    comment="An organization that a user may ask to join, because of their address's domain.",
)
