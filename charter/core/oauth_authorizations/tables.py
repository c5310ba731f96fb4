"""What people let OAuth applications do: once and for all, and by which tokens."""

from sqlalchemy import Column, Index, LargeBinary, Table, Text, text
from sqlalchemy.dialects.postgresql import ARRAY

from charter.core.columns import belongs_to, key_columns, moment, time_columns
from charter.kernel.db import metadata

oauth_consents = Table(
    "oauth_consents",
    metadata,
    *key_columns(),
    Column("user_id", Text, nullable=False),
    Column("application_id", Text, nullable=False),
    Column("scopes", ARRAY(Text), nullable=False),
    *time_columns(),
    belongs_to("users", "user_id"),
    belongs_to("oauth_applications", "application_id"),
    Index("uq_oauth_consents_user", "instance_id", "user_id", "application_id", unique=True),
    Index("ix_oauth_consents_application_id", "instance_id", "application_id"),
    comment="What a person has let an OAuth application do, so that they are not asked again.",
)

oauth_authorizations = Table(
    "oauth_authorizations",
    metadata,
    # Its id is that of the code that it came from, so that a code never gives two.
    *key_columns(),
    Column("user_id", Text, nullable=False),
    Column("application_id", Text, nullable=False),
    Column("organization_id", Text),
    # The session that it stands and falls with; null: it needs none.
    Column("session_id", Text),
    Column("scopes", ARRAY(Text), nullable=False),
    Column("nonce", Text),
    moment("authenticated_at"),
    moment("revoked_at"),
    Column("revocation_reason", Text),
    *time_columns(),
    belongs_to("users", "user_id"),
    belongs_to("oauth_applications", "application_id"),
    belongs_to("sessions", "session_id"),
    Index("ix_oauth_authorizations_session_id", "instance_id", "session_id"),
    Index("ix_oauth_authorizations_user_id", "instance_id", "user_id", "application_id"),
    Index("ix_oauth_authorizations_application_id", "instance_id", "application_id"),
    Index(
        "ix_oauth_authorizations_revoked_at",
        "revoked_at",
        postgresql_where=text("revoked_at IS NOT NULL"),
    ),
    comment="All tokens that came from one code: they end together.",
)

oauth_access_tokens = Table(
    "oauth_access_tokens",
    metadata,
    *key_columns(),
    Column("authorization_id", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("scopes", ARRAY(Text), nullable=False),
    moment("expires_at", nullable=False),
    moment("created_at", nullable=False),
    belongs_to("oauth_authorizations", "authorization_id"),
    Index("uq_oauth_access_tokens_digest", "instance_id", "digest", unique=True),
    Index("ix_oauth_access_tokens_authorization_id", "instance_id", "authorization_id"),
    Index("ix_oauth_access_tokens_expires_at", "expires_at"),
    comment="What an OAuth application shows, signed or not; known by its digest alone.",
)
