"""Applications: the name and branding over one or more instances."""

from sqlalchemy import Column, Index, Table, Text, text

from charter.core.columns import time_columns
from charter.kernel.db import metadata

applications = Table(
    "applications",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    # An organization of another instance may own an application; both go together, by the core:
    # who ends an organization, or an instance, ends what it owns.
    Column("owner_instance_id", Text),
    Column("owner_organization_id", Text),
    *time_columns(),
    Index(
        "ix_applications_owner",
        "owner_instance_id",
        "owner_organization_id",
        "created_at",
        "id",
        postgresql_where=text("owner_instance_id IS NOT NULL"),
    ),
    comment="The name and branding over one or more instances.",
)
