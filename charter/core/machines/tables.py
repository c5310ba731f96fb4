"""Machines, whom each may reach, and their secrets."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from charter.core.columns import belongs_to, key_columns, moment, time_columns
from charter.kernel.db import metadata

machines = Table(
    "machines",
    metadata,
    *key_columns(),
    Column("name", Text, nullable=False),
    Column("default_token_ttl", Integer, nullable=False),
    *time_columns(),
    ForeignKeyConstraint(["instance_id"], ["instances.id"], ondelete="CASCADE"),
    CheckConstraint("default_token_ttl > 0", name="default_token_ttl"),
    Index("ix_machines_created_at", "instance_id", "created_at", "id"),
    comment="A program of an app that proves to others who it is.",
)

machine_scopes = Table(
    "machine_scopes",
    metadata,
    Column("instance_id", Text, primary_key=True),
    Column("from_machine_id", Text, primary_key=True),
    Column("to_machine_id", Text, primary_key=True),
    moment("created_at", nullable=False),
    belongs_to("machines", "from_machine_id"),
    belongs_to("machines", "to_machine_id"),
    Index("ix_machine_scopes_to_machine_id", "instance_id", "to_machine_id"),
    comment="That a machine may reach another.",
)

machine_secrets = Table(
    "machine_secrets",
    metadata,
    *key_columns(),
    Column("machine_id", Text, nullable=False),
    # Compared by digest; the sealed copy is for an app's server that shows it again.
    Column("digest", LargeBinary, nullable=False),
    Column("sealed_secret", LargeBinary, nullable=False),
    moment("created_at", nullable=False),
    moment("expires_at"),
    belongs_to("machines", "machine_id"),
    UniqueConstraint("digest"),
    Index(
        "uq_machine_secrets_current",
        "instance_id",
        "machine_id",
        unique=True,
        postgresql_where=text("expires_at IS NULL"),
    ),
    Index("ix_machine_secrets_machine_id", "instance_id", "machine_id"),
    comment="What a machine shows as itself: one that stays, and those that a rotation lets end.",
)
