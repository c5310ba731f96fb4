"""Second factors of users: TOTP secrets and backup codes."""

from sqlalchemy import Column, ForeignKeyConstraint, Index, LargeBinary, Table, Text

from charter.core.columns import belongs_to, key_columns, moment
from charter.kernel.db import metadata

totp_secrets = Table(
    "totp_secrets",
    metadata,
    Column("instance_id", Text, primary_key=True),
    Column("user_id", Text, primary_key=True),
    Column("sealed_secret", LargeBinary, nullable=False),
    moment("created_at", nullable=False),
    ForeignKeyConstraint(
        ["instance_id", "user_id"], ["users.instance_id", "users.id"], ondelete="CASCADE"
    ),
    comment="The seed of a user's authenticator app, sealed.",
)

backup_codes = Table(
    "backup_codes",
    metadata,
    *key_columns(),
    Column("user_id", Text, nullable=False),
    Column("code_digest", Text, nullable=False),
    moment("created_at", nullable=False),
    belongs_to("users", "user_id"),
    Index("ix_backup_codes_user_id", "instance_id", "user_id"),
    comment="Recovery codes that are left, as digests of a slow hash.",
)
