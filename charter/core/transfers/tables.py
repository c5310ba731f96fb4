"""Imports: how far each file has been read into an instance."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Table,
    Text,
    text,
)

from charter.core.columns import key_columns, moment, time_columns
from charter.kernel.db import metadata

imports = Table(
    "imports",
    metadata,
    *key_columns(),
    Column("kind", Text, nullable=False),
    # The SHA-256 of the file's content: by it a second run knows where the first one stopped.
    Column("source", Text, nullable=False),
    Column("place", BigInteger, nullable=False, server_default=text("0")),
    Column("written", BigInteger, nullable=False, server_default=text("0")),
    Column("rejected", BigInteger, nullable=False, server_default=text("0")),
    Column("rejects_bytes", BigInteger, nullable=False, server_default=text("0")),
    *time_columns(),
    moment("finished_at"),
    ForeignKeyConstraint(["instance_id"], ["instances.id"], ondelete="CASCADE"),
    CheckConstraint("kind IN ('charter', 'csv')", name="kind"),
    Index("uq_imports_source", "instance_id", "source", unique=True),
    comment="A file read into an instance, and how many of its records are done.",
)
