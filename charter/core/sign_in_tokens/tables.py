"""Sign-in tokens: one-time tickets by which a user signs in."""

from sqlalchemy import CheckConstraint, Column, Index, Table, Text

from charter.core.columns import belongs_to, key_columns, moment, time_columns
from charter.kernel.db import metadata

sign_in_tokens = Table(
    "sign_in_tokens",
    metadata,
    *key_columns(),
    Column("user_id", Text, nullable=False),
    Column("organization_id", Text),
    Column("status", Text, nullable=False),
    moment("expires_at", nullable=False),
    *time_columns(),
    belongs_to("users", "user_id"),
    CheckConstraint("status IN ('pending', 'accepted', 'revoked')", name="status"),
    Index("ix_sign_in_tokens_user_id", "instance_id", "user_id"),
    comment="A ticket that signs a user in once; its secret is a grant.",
)
