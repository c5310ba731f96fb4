"""Domains of instances."""

from sqlalchemy import Boolean, Column, ForeignKeyConstraint, Index, Table, Text, text

from charter.core.columns import key_columns, time_columns
from charter.kernel.db import metadata

instance_domains = Table(
    "instance_domains",
    metadata,
    *key_columns(),
    Column("name", Text, nullable=False),
    Column("is_satellite", Boolean, nullable=False),
    Column("is_secondary", Boolean, nullable=False),
    Column("frontend_host", Text, nullable=False),
    Column("held_host", Text),
    Column("home_origin", Text),
    Column("proxy_url", Text),
    *time_columns(),
    ForeignKeyConstraint(["instance_id"], ["instances.id"], ondelete="CASCADE"),
    Index("uq_instance_domains_name", "instance_id", "name", unique=True),
    # An instance has one primary domain.
    Index(
        "uq_instance_domains_primary",
        "instance_id",
        unique=True,
        postgresql_where=text("NOT is_satellite"),
    ),
    # Across all instances: nobody takes a host that another's browsers go to.
    Index("uq_instance_domains_held_host", "held_host", unique=True),
    comment="The primary domain of an instance, and satellites that share its sessions.",
)
