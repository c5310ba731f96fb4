"""Second factors of users: TOTP secrets and backup codes."""

from sqlalchemy import (
    BigInteger,
    Boolean,
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

from charter.core.columns import belongs_to, key_columns, moment
from charter.kernel.db import metadata

totp_secrets = Table(
    "totp_secrets",
    metadata,
    Column("instance_id", Text, primary_key=True),
    Column("user_id", Text, primary_key=True),
    Column("sealed_secret", LargeBinary, nullable=False),
    # A seed that no code has come from yet asks nobody for one.
    Column("is_verified", Boolean, nullable=False, server_default=text("true")),
    # The time step of the last code that was taken: no code works twice.
    Column("last_step", BigInteger),
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
    # How the code begins, which is no secret: it saves a slow hash of each of the others.
    Column("selector", Text),
    Column("code_digest", Text, nullable=False),
    moment("created_at", nullable=False),
    belongs_to("users", "user_id"),
    Index("ix_backup_codes_user_id", "instance_id", "user_id"),
    comment="Recovery codes that are left, as digests of a slow hash.",
)

second_factor_tries = Table(
    "second_factor_tries",
    metadata,
    Column("instance_id", Text, primary_key=True),
    Column("user_id", Text, primary_key=True),
    Column("tries", Integer, nullable=False),
    moment("since", nullable=False),
    ForeignKeyConstraint(
        ["instance_id", "user_id"], ["users.instance_id", "users.id"], ondelete="CASCADE"
    ),
    CheckConstraint("tries >= 0", name="tries"),
    comment="Tries of second factors in a row; apart from those of the password, which ends them.",
)
