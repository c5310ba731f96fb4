"""Web3 wallets of users."""

from sqlalchemy import Boolean, Column, Index, Table, Text, text

from charter.core.columns import belongs_to, key_columns, time_columns
from charter.kernel.db import metadata

web3_wallets = Table(
    "web3_wallets",
    metadata,
    *key_columns(),
    Column("user_id", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("is_primary", Boolean, nullable=False, server_default=text("false")),
    *time_columns(),
    belongs_to("users", "user_id"),
    Index("uq_web3_wallets_address", "instance_id", "address", unique=True),
    Index("ix_web3_wallets_user_id", "instance_id", "user_id"),
    Index(
        "uq_web3_wallets_primary",
        "instance_id",
        "user_id",
        unique=True,
        postgresql_where=text("is_primary"),
    ),
    comment="Wallet addresses, put there by the app's server.",
)
