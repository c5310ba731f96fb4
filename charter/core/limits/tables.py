"""Counts of what was done of late, by whom; they may be lost in a crash, and cost no log."""

from sqlalchemy import Column, Index, Integer, LargeBinary, Table, Text

from charter.core.columns import moment
from charter.kernel.db import metadata

limit_counts = Table(
    "limit_counts",
    metadata,
    Column("instance_id", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("key", LargeBinary, primary_key=True),
    Column("count", Integer, nullable=False),
    moment("ends_at", nullable=False),
    Index("ix_limit_counts_ends_at", "ends_at"),
    prefixes=["UNLOGGED"],
    comment="What was done within a window, by a digest of from where.",
)
