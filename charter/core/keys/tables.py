"""Secret keys, which stand for an app's server, and signing keys, which sign session tokens."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from charter.core.columns import key_columns, moment
from charter.kernel.db import metadata


def _of_instance() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["instance_id"], ["instances.id"], ondelete="CASCADE")


secret_keys = Table(
    "secret_keys",
    metadata,
    *key_columns(),
    Column("name", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    # Only development keys are shown again, so only they are kept, sealed.
    Column("sealed_secret", LargeBinary),
    Column("last_four", Text, nullable=False),
    moment("created_at", nullable=False),
    moment("expires_at"),
    moment("revoked_at"),
    _of_instance(),
    UniqueConstraint("digest"),
    comment="What an app's server shows to act for a whole instance; only a digest is kept.",
)

signing_keys = Table(
    "signing_keys",
    metadata,
    *key_columns(),
    Column("state", Text, nullable=False),
    Column("algorithm", Text, nullable=False),
    Column("public_pem", Text, nullable=False),
    Column("sealed_private_pem", LargeBinary, nullable=False),
    moment("created_at", nullable=False),
    moment("retires_at"),
    # When the last of its tokens ends that were made to live longer than the usual overlap.
    moment("tokens_until"),
    _of_instance(),
    CheckConstraint("state IN ('next', 'active', 'retiring')", name="state"),
    Index(
        "uq_signing_keys_active",
        "instance_id",
        unique=True,
        postgresql_where=text("state = 'active'"),
    ),
    comment="RSA keys; the next is published before it signs, the last until its tokens ended.",
)
