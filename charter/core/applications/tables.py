"""Applications: the name and branding over one or more instances."""

from sqlalchemy import Column, Table, Text

from charter.core.columns import time_columns
from charter.kernel.db import metadata

applications = Table(
    "applications",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    # An organization of another instance may own an application; that instance may be gone.
    Column("owner_instance_id", Text),
    Column("owner_organization_id", Text),
    *time_columns(),
    comment="The name and branding over one or more instances.",
)
