"""Organization tokens: credentials owned by an organization."""

from sqlalchemy import CheckConstraint, Column, Index, LargeBinary, Table, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY

from charter.core.columns import belongs_to, key_columns, moment
from charter.kernel.db import metadata

organization_tokens = Table(
    "organization_tokens",
    metadata,
    *key_columns(),
    Column("organization_id", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("environment", Text, nullable=False),
    Column("permissions", ARRAY(Text), nullable=False),
    # Compared by digest; the sealed copy is for requests signed with the secret itself.
    Column("digest", LargeBinary, nullable=False),
    Column("sealed_secret", LargeBinary, nullable=False),
    Column("last_four", Text, nullable=False),
    Column("created_by", Text),
    moment("created_at", nullable=False),
    moment("revoked_at"),
    belongs_to("organizations", "organization_id"),
    CheckConstraint("environment IN ('live', 'test')", name="environment"),
    UniqueConstraint("key"),
    Index("ix_organization_tokens_organization_id", "instance_id", "organization_id"),
    comment="A key and a secret that act for an organization, without a user.",
)
