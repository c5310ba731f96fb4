"""API keys, owned by a user or an organization."""

from sqlalchemy import CheckConstraint, Column, Index, LargeBinary, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from charter.core.columns import belongs_to, key_columns, moment, time_columns
from charter.kernel.db import metadata

api_keys = Table(
    "api_keys",
    metadata,
    *key_columns(),
    Column("type", Text, nullable=False),
    Column("user_id", Text),
    Column("organization_id", Text),
    Column("name", Text, nullable=False),
    Column("description", Text),
    Column("claims", JSONB),
    Column("scopes", ARRAY(Text), nullable=False),
    # Compared by digest; the sealed copy is for an app's server that shows it again.
    Column("digest", LargeBinary, nullable=False),
    Column("sealed_secret", LargeBinary, nullable=False),
    Column("created_by", Text),
    moment("expires_at"),
    moment("revoked_at"),
    Column("revocation_reason", Text),
    moment("last_used_at"),
    *time_columns(),
    belongs_to("users", "user_id"),
    belongs_to("organizations", "organization_id"),
    CheckConstraint("num_nonnulls(user_id, organization_id) = 1", name="one_subject"),
    Index("uq_api_keys_digest", "instance_id", "digest", unique=True),
    Index("ix_api_keys_user_id", "instance_id", "user_id", "created_at"),
    Index("ix_api_keys_organization_id", "instance_id", "organization_id", "created_at"),
    comment="A secret with which a program acts for a user or an organization.",
)
