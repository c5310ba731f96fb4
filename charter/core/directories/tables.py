"""Directories, the keys that they show, and what their groups stand for."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from charter.core.columns import belongs_to, key_columns, metadata_column, moment, time_columns
from charter.kernel.db import metadata

directories = Table(
    "directories",
    metadata,
    *key_columns(),
    Column("connection_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("provider", Text, nullable=False),
    Column("is_enabled", Boolean, nullable=False),
    Column("maps_groups", Boolean, nullable=False),
    metadata_column("attribute_mapping"),
    *time_columns(),
    belongs_to("enterprise_connections", "connection_id"),
    Index("uq_directories_connection_id", "instance_id", "connection_id", unique=True),
    Index("ix_directories_created_at", "instance_id", "created_at", "id"),
    comment="From where a company provisions its people.",
)

directory_keys = Table(
    "directory_keys",
    metadata,
    *key_columns(),
    Column("directory_id", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    moment("created_at", nullable=False),
    moment("expires_at"),
    belongs_to("directories", "directory_id"),
    UniqueConstraint("digest"),
    Index(
        "uq_directory_keys_current",
        "instance_id",
        "directory_id",
        unique=True,
        postgresql_where=text("expires_at IS NULL"),
    ),
    Index("ix_directory_keys_directory_id", "instance_id", "directory_id"),
    comment="What a directory shows as itself: one that stays, and those that a rotation lets end.",
)

directory_group_mappings = Table(
    "directory_group_mappings",
    metadata,
    *key_columns(),
    Column("directory_id", Text, nullable=False),
    Column("group_id", Text, nullable=False),
    Column("group_name", Text, nullable=False),
    Column("role_id", Text, nullable=False),
    Column("precedence", Integer, nullable=False),
    *time_columns(),
    belongs_to("directories", "directory_id"),
    belongs_to("roles", "role_id"),
    CheckConstraint("precedence > 0", name="precedence"),
    Index(
        "uq_directory_group_mappings_group_id",
        "instance_id",
        "directory_id",
        "group_id",
        unique=True,
    ),
    Index(
        "uq_directory_group_mappings_precedence",
        "instance_id",
        "directory_id",
        "precedence",
        unique=True,
    ),
    Index("ix_directory_group_mappings_role_id", "instance_id", "role_id"),
    comment="Which role members of a group of a directory have.",
)
