"""Sign-ups: attempts of browsers to make a user."""

from sqlalchemy import Boolean, CheckConstraint, Column, Index, Table, Text, false
from sqlalchemy.dialects.postgresql import JSONB

from charter.core.columns import belongs_to, key_columns, metadata_column, moment, time_columns
from charter.kernel.db import metadata

sign_ups = Table(
    "sign_ups",
    metadata,
    *key_columns(),
    Column("client_id", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("email_address", Text),
    Column("phone_number", Text),
    Column("username", Text),
    Column("web3_wallet", Text),
    Column("first_name", Text),
    Column("last_name", Text),
    Column("password_digest", Text),
    metadata_column("unsafe_metadata"),
    metadata_column("public_metadata"),
    Column("email_check", JSONB),
    Column("phone_check", JSONB),
    Column("web3_check", JSONB),
    Column("external_check", JSONB),
    Column("external_account", JSONB),
    Column("ticket", JSONB),
    moment("legal_accepted_at"),
    Column("external_id", Text),
    Column("has_custom_action", Boolean, nullable=False, server_default=false()),
    Column("created_user_id", Text),
    Column("created_session_id", Text),
    moment("abandon_at", nullable=False),
    *time_columns(),
    belongs_to("clients", "client_id"),
    CheckConstraint("status IN ('missing_requirements', 'complete')", name="status"),
    CheckConstraint("status <> 'complete' OR created_user_id IS NOT NULL", name="complete"),
    # What made a user has no more need of their password.
    CheckConstraint("status <> 'complete' OR password_digest IS NULL", name="password_digest"),
    Index("ix_sign_ups_client_id", "instance_id", "client_id", "created_at"),
    Index("ix_sign_ups_created_user_id", "instance_id", "created_user_id"),
    Index("ix_sign_ups_abandon_at", "abandon_at"),
    comment="A browser's attempt to make a user. Abandoned is read off the clock.",
)
