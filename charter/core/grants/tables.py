"""One-time grants: every code, link, ticket and invitation is one."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from charter.core.columns import key_columns, moment
from charter.kernel.db import metadata

grants = Table(
    "grants",
    metadata,
    *key_columns(),
    Column("purpose", Text, nullable=False),
    Column("subject_id", Text, nullable=False),
    Column("client_id", Text),
    Column("digest", LargeBinary, nullable=False),
    Column("facts", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    # null: no limit.
    Column("max_uses", Integer),
    Column("uses", Integer, nullable=False, server_default=text("0")),
    Column("attempts_left", Integer),
    moment("expires_at"),
    moment("revoked_at"),
    moment("created_at", nullable=False),
    ForeignKeyConstraint(["instance_id"], ["instances.id"], ondelete="CASCADE"),
    CheckConstraint("uses >= 0 AND (max_uses IS NULL OR uses <= max_uses)", name="uses"),
    CheckConstraint("attempts_left >= 0", name="attempts_left"),
    Index("uq_grants_digest", "instance_id", "purpose", "digest", unique=True),
    Index("ix_grants_subject_id", "instance_id", "purpose", "subject_id"),
    Index("ix_grants_expires_at", "expires_at"),
    comment="Purpose, subject, browser, uses, attempts, expiry; the secret only as a digest.",
)
