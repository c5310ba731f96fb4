"""Web3 wallets of users."""

from sqlalchemy import Boolean, Column, Index, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from charter.core.columns import belongs_to, key_columns, time_columns
from charter.kernel.db import metadata

web3_wallets = Table(
    "web3_wallets",
    metadata,
    *key_columns(),
    Column("user_id", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("is_primary", Boolean, nullable=False, server_default=text("false")),
    # What the app's server puts there, it vouches for.
    Column("is_verified", Boolean, nullable=False, server_default=text("true")),
    Column("proof", JSONB),
    *time_columns(),
    belongs_to("users", "user_id"),
    # Only a proven wallet is held: an unproven one keeps nobody from their own.
    Index(
        "uq_web3_wallets_held",
        "instance_id",
        "address",
        unique=True,
        postgresql_where=text("is_verified"),
    ),
    Index("uq_web3_wallets_of_user", "instance_id", "user_id", "address", unique=True),
    Index("ix_web3_wallets_address", "instance_id", "address"),
    Index(
        "uq_web3_wallets_primary",
        "instance_id",
        "user_id",
        unique=True,
        postgresql_where=text("is_primary"),
    ),
    comment="Wallet addresses; a proven one is held by one user, one of a user's is primary.",
)
