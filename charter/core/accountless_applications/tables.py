"""Accountless applications: which instances were made by a keyless start."""

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Index, Table, Text

from charter.core.columns import key_columns, moment, time_columns
from charter.kernel.db import metadata

accountless_applications = Table(
    "accountless_applications",
    metadata,
    *key_columns(),
    Column("source", Text),
    moment("claimed_at"),
    moment("completed_at"),
    *time_columns(),
    ForeignKeyConstraint(["instance_id"], ["instances.id"], ondelete="CASCADE"),
    CheckConstraint("completed_at IS NULL OR claimed_at IS NOT NULL", name="completed_at"),
    Index("uq_accountless_applications_instance_id", "instance_id", unique=True),
    comment="Instances that a framework's SDK made for itself, and whether they were claimed.",
)
