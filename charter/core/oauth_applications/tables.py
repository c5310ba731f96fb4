"""OAuth applications."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from charter.core.columns import key_columns, time_columns
from charter.kernel.db import metadata

oauth_applications = Table(
    "oauth_applications",
    metadata,
    *key_columns(),
    Column("client_id", Text, nullable=False),
    # Compared, never shown again; a public one has none.
    Column("secret_digest", LargeBinary),
    Column("name", Text, nullable=False),
    Column("client_uri", Text),
    Column("image_key", Text),
    Column("redirect_uris", ARRAY(Text), nullable=False),
    Column("scopes", ARRAY(Text), nullable=False),
    Column("is_public", Boolean, nullable=False),
    Column("is_pkce_required", Boolean, nullable=False),
    Column("is_consent_screen_enabled", Boolean, nullable=False),
    Column("is_dynamically_registered", Boolean, nullable=False),
    *time_columns(),
    ForeignKeyConstraint(["instance_id"], ["instances.id"], ondelete="CASCADE"),
    CheckConstraint("NOT is_public OR secret_digest IS NULL", name="secret"),
    # Nobody vouches for who registered themselves.
    CheckConstraint("is_consent_screen_enabled OR NOT is_dynamically_registered", name="consent"),
    Index("uq_oauth_applications_client_id", "instance_id", "client_id", unique=True),
    Index("ix_oauth_applications_created_at", "instance_id", "created_at", "id"),
    comment="A program of somebody else's that people may let act for them.",
)
