"""Instances: the tenant roots, with their settings."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Table, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql import text

from charter.core.columns import time_columns
from charter.kernel.db import metadata

instances = Table(
    "instances",
    metadata,
    Column("id", Text, primary_key=True),
    Column(
        "application_id", Text, ForeignKey("applications.id", ondelete="CASCADE"), nullable=False
    ),
    Column("environment", Text, nullable=False),
    Column("frontend_host", Text, nullable=False),
    Column("settings", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    *time_columns(),
    CheckConstraint("environment IN ('development', 'production')", name="environment"),
    UniqueConstraint("application_id", "environment", "frontend_host"),
    comment="A pool of users with its own settings, keys and data.",
)
