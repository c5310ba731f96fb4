"""External accounts of users."""

from sqlalchemy import Boolean, CheckConstraint, Column, Index, LargeBinary, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from charter.core.columns import belongs_to, key_columns, moment, time_columns
from charter.kernel.db import metadata

external_accounts = Table(
    "external_accounts",
    metadata,
    *key_columns(),
    Column("user_id", Text, nullable=False),
    Column("identification_id", Text, nullable=False),
    Column("provider", Text, nullable=False),
    Column("issuer", Text),
    Column("provider_user_id", Text),
    Column("approved_scopes", Text, nullable=False, server_default=text("''")),
    Column("email_address", Text),
    Column("is_email_verified", Boolean, nullable=False, server_default=text("false")),
    Column("first_name", Text),
    Column("last_name", Text),
    Column("username", Text),
    Column("image_url", Text),
    Column("status", Text, nullable=False),
    moment("expires_at"),
    Column("error", JSONB),
    Column("sealed_access_token", LargeBinary),
    Column("sealed_refresh_token", LargeBinary),
    moment("token_expires_at"),
    *time_columns(),
    belongs_to("users", "user_id"),
    CheckConstraint("status IN ('unverified', 'verified', 'failed')", name="status"),
    CheckConstraint("(issuer IS NULL) = (provider_user_id IS NULL)", name="identity"),
    CheckConstraint("status <> 'verified' OR provider_user_id IS NOT NULL", name="verified"),
    # Who somebody is: a provider, who speaks for it, and their name there; never an address.
    Index(
        "uq_external_accounts_provider_user_id",
        "instance_id",
        "provider",
        "issuer",
        "provider_user_id",
        unique=True,
    ),
    Index("uq_external_accounts_of_user", "instance_id", "user_id", "provider", unique=True),
    comment="Who users are at identity providers; the tokens given there are sealed.",
)
