"""Clients: browsers and devices that may hold several sessions."""

from sqlalchemy import Column, ForeignKeyConstraint, Index, LargeBinary, Table, Text

from charter.core.columns import key_columns, time_columns
from charter.kernel.db import metadata

clients = Table(
    "clients",
    metadata,
    *key_columns(),
    Column("digest", LargeBinary),
    Column("last_active_session_id", Text),
    Column("last_authentication_strategy", Text),
    *time_columns(),
    ForeignKeyConstraint(["instance_id"], ["instances.id"], ondelete="CASCADE"),
    Index("uq_clients_digest", "instance_id", "digest", unique=True),
    Index("ix_clients_created_at", "instance_id", "created_at", "id"),
    comment="A browser or device. `digest` is that of the token its cookie holds.",
)
