"""Opaque M2M tokens; signed ones are stored nowhere."""

from sqlalchemy import Column, Index, LargeBinary, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from charter.core.columns import belongs_to, key_columns, moment, time_columns
from charter.kernel.db import metadata

m2m_tokens = Table(
    "m2m_tokens",
    metadata,
    *key_columns(),
    Column("machine_id", Text, nullable=False),
    Column("claims", JSONB),
    # Whom the machine might reach when it made the token; ids that may be gone since.
    Column("scopes", ARRAY(Text), nullable=False),
    # Compared by digest; the sealed copy is for a machine that asks for a token it has already.
    Column("digest", LargeBinary, nullable=False),
    Column("sealed_secret", LargeBinary, nullable=False),
    moment("expires_at", nullable=False),
    moment("revoked_at"),
    Column("revocation_reason", Text),
    moment("last_used_at"),
    *time_columns(),
    belongs_to("machines", "machine_id"),
    Index("uq_m2m_tokens_digest", "instance_id", "digest", unique=True),
    Index("ix_m2m_tokens_machine_id", "instance_id", "machine_id", "created_at"),
    Index("ix_m2m_tokens_expires_at", "expires_at"),
    comment="What a machine shows to the machines that it may reach.",
)
