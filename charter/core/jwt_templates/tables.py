"""JWT templates."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
)

from charter.core.columns import key_columns, metadata_column, time_columns
from charter.kernel.db import metadata

jwt_templates = Table(
    "jwt_templates",
    metadata,
    *key_columns(),
    Column("name", Text, nullable=False),
    metadata_column("claims"),
    Column("lifetime_seconds", Integer, nullable=False),
    Column("clock_skew_seconds", Integer, nullable=False),
    Column("algorithm", Text, nullable=False),
    Column("sealed_signing_key", LargeBinary),
    *time_columns(),
    ForeignKeyConstraint(["instance_id"], ["instances.id"], ondelete="CASCADE"),
    CheckConstraint("algorithm = 'RS256' OR sealed_signing_key IS NOT NULL", name="algorithm"),
    CheckConstraint("lifetime_seconds BETWEEN 30 AND 315360000", name="lifetime_seconds"),
    CheckConstraint("clock_skew_seconds BETWEEN 0 AND 300", name="clock_skew_seconds"),
    Index("uq_jwt_templates_name", "instance_id", "name", unique=True),
    comment="What an app writes into tokens for another service; a key of its own is sealed.",
)
