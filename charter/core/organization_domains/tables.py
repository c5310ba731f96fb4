"""Domains of organizations."""

from sqlalchemy import CheckConstraint, Column, Index, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from charter.core.columns import belongs_to, key_columns, moment, time_columns
from charter.kernel.db import metadata

organization_domains = Table(
    "organization_domains",
    metadata,
    *key_columns(),
    Column("organization_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("enrollment_mode", Text, nullable=False),
    Column("affiliation_email_address", Text),
    Column("affiliation_check", JSONB),
    Column("ownership_check", JSONB),
    moment("ownership_verified_at"),
    moment("claimed_at"),
    *time_columns(),
    belongs_to("organizations", "organization_id"),
    CheckConstraint(
        "enrollment_mode IN ('manual_invitation', 'automatic_invitation',"
        " 'automatic_suggestion', 'enterprise_sso')",
        name="enrollment_mode",
    ),
    CheckConstraint(
        "ownership_verified_at IS NULL OR claimed_at IS NOT NULL", name="ownership_verified_at"
    ),
    Index("uq_organization_domains_name", "instance_id", "organization_id", "name", unique=True),
    # Whoever names a domain keeps nobody from it; whoever proves it does.
    Index(
        "uq_organization_domains_claimed",
        "instance_id",
        "name",
        unique=True,
        postgresql_where=text("claimed_at IS NOT NULL"),
    ),
    Index("ix_organization_domains_created_at", "instance_id", "organization_id", "created_at"),
    comment="A domain that an organization names as its own; a proven one is one organization's.",
)
