"""Email addresses of users."""

from sqlalchemy import Boolean, CheckConstraint, Column, Index, Integer, Table, Text, text

from charter.core.columns import belongs_to, key_columns, moment, time_columns
from charter.kernel.db import metadata

email_addresses = Table(
    "email_addresses",
    metadata,
    *key_columns(),
    Column("user_id", Text, nullable=False),
    # As given; `address_key` is its one normal form, by which it is compared.
    Column("address", Text, nullable=False),
    Column("address_key", Text, nullable=False),
    Column("is_primary", Boolean, nullable=False, server_default=text("false")),
    Column("is_reserved", Boolean, nullable=False, server_default=text("false")),
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
    # Only a proven or reserved address is held: an unproven one keeps nobody from their own.
    Index(
        "uq_email_addresses_address_key",
        "instance_id",
        "address_key",
        unique=True,
        postgresql_where=text("is_reserved OR verification_status = 'verified'"),
    ),
    Index("uq_email_addresses_of_user", "instance_id", "user_id", "address_key", unique=True),
    Index("ix_email_addresses_address_key", "instance_id", "address_key"),
    # Where dots in an address change nothing, what reaches one mailbox is looked for.
    Index(
        "ix_email_addresses_mailbox",
        "instance_id",
        text("replace(split_part(address_key, '@', 1), '.', '')"),
        postgresql_where=text(
            "address_key LIKE '%@gmail.com' OR address_key LIKE '%@googlemail.com'"
        ),
    ),
    Index(
        "uq_email_addresses_primary",
        "instance_id",
        "user_id",
        unique=True,
        postgresql_where=text("is_primary"),
    ),
    comment="E-mail addresses; a proven one is held by one user, one of a user's is primary.",
)
