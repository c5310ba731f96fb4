"""Phone numbers of users."""

from sqlalchemy import Boolean, CheckConstraint, Column, Index, Integer, Table, Text, text

from charter.core.columns import belongs_to, key_columns, moment, time_columns
from charter.kernel.db import metadata

phone_numbers = Table(
    "phone_numbers",
    metadata,
    *key_columns(),
    Column("user_id", Text, nullable=False),
    Column("number", Text, nullable=False),  # E.164
    Column("is_primary", Boolean, nullable=False, server_default=text("false")),
    Column("is_reserved", Boolean, nullable=False, server_default=text("false")),
    Column("is_second_factor", Boolean, nullable=False, server_default=text("false")),
    Column("is_default_second_factor", Boolean, nullable=False, server_default=text("false")),
    Column("verification_status", Text),
    Column("verification_strategy", Text),
    Column("verification_attempts", Integer),
    moment("verification_expires_at"),
    *time_columns(),
    belongs_to("users", "user_id"),
    CheckConstraint(
        "verification_status IN ('unverified', 'verified', 'failed', 'expired')",
        name="verification_status",
    ),
    CheckConstraint(
        "(verification_status IS NULL) = (verification_strategy IS NULL)", name="verification"
    ),
    CheckConstraint("NOT is_default_second_factor OR is_second_factor", name="second_factor"),
    # Only a proven or reserved number is held: an unproven one keeps nobody from their own.
    Index(
        "uq_phone_numbers_number",
        "instance_id",
        "number",
        unique=True,
        postgresql_where=text("is_reserved OR verification_status = 'verified'"),
    ),
    Index("uq_phone_numbers_of_user", "instance_id", "user_id", "number", unique=True),
    Index("ix_phone_numbers_number", "instance_id", "number"),
    Index(
        "uq_phone_numbers_default_second_factor",
        "instance_id",
        "user_id",
        unique=True,
        postgresql_where=text("is_default_second_factor"),
    ),
    Index(
        "uq_phone_numbers_primary",
        "instance_id",
        "user_id",
        unique=True,
        postgresql_where=text("is_primary"),
    ),
    comment="Phone numbers in E.164; a proven one is held by one user, one of a user's is primary.",
)
