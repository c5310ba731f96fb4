"""Permissions that roles may hold: the system's own and the app's."""

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Index, Table, Text

from charter.core.columns import key_columns, time_columns
from charter.kernel.db import metadata

permissions = Table(
    "permissions",
    metadata,
    *key_columns(),
    Column("key", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("type", Text, nullable=False),
    *time_columns(),
    ForeignKeyConstraint(["instance_id"], ["instances.id"], ondelete="CASCADE"),
    CheckConstraint("type IN ('system', 'user')", name="type"),
    Index("uq_permissions_key", "instance_id", "key", unique=True),
    comment="`org:sys_…` are decided by this server, the others by the app.",
)
