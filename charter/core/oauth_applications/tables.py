"""OAuth applications."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from charter.core.columns import belongs_to, key_columns, metadata_column, moment, time_columns
from charter.kernel.db import metadata

USUAL_GRANTS = "'{authorization_code,refresh_token}'"

oauth_applications = Table(
    "oauth_applications",
    metadata,
    *key_columns(),
    Column("client_id", Text, nullable=False),
    # Compared, never shown again; a public one has none.
    Column("secret_digest", LargeBinary),
    Column("name", Text, nullable=False),
    Column("client_uri", Text),
    Column("image_key", Text),
    Column("redirect_uris", ARRAY(Text), nullable=False),
    Column("scopes", ARRAY(Text), nullable=False),
    Column("is_public", Boolean, nullable=False),
    Column("is_pkce_required", Boolean, nullable=False),
    Column("is_consent_screen_enabled", Boolean, nullable=False),
    Column("is_dynamically_registered", Boolean, nullable=False),
    # Whose it is; null: the app's own, or of whoever the app lets in.
    Column("organization_id", Text),
    # What stands in its tokens; null: the server's own name, and no audience.
    Column("issuer", Text),
    Column("audience", Text),
    Column("allowed_audiences", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("allowed_origins", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("default_scopes", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("grant_types", ARRAY(Text), nullable=False, server_default=text(USUAL_GRANTS)),
    metadata_column("token_settings"),
    # The public keys by which it proves itself; null: by its secret, or not at all.
    Column("jwks", JSONB),
    # Who may say for it who a person is, with their keys.
    Column("trusted_issuers", JSONB, nullable=False, server_default=text("'[]'::jsonb")),
    *time_columns(),
    ForeignKeyConstraint(["instance_id"], ["instances.id"], ondelete="CASCADE"),
    belongs_to("organizations", "organization_id"),
    CheckConstraint("NOT is_public OR secret_digest IS NULL", name="secret"),
    # Nobody vouches for who registered themselves.
    CheckConstraint("is_consent_screen_enabled OR NOT is_dynamically_registered", name="consent"),
    Index("uq_oauth_applications_client_id", "instance_id", "client_id", unique=True),
    Index("ix_oauth_applications_created_at", "instance_id", "created_at", "id"),
    Index(
        "ix_oauth_applications_organization_id",
        "instance_id",
        "organization_id",
        "created_at",
        "id",
    ),
    # A client is named by its id alone where no host tells the instance.
    # Not unique: an instance may be copied into another of the same server.
    Index("ix_oauth_applications_id", "id"),
    comment="A program of somebody else's that people may let act for them.",
)

oauth_application_keys = Table(
    "oauth_application_keys",
    metadata,
    *key_columns(),
    Column("application_id", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("public_pem", Text, nullable=False),
    Column("sealed_private_pem", LargeBinary, nullable=False),
    # Until when a token that it signed may be shown; null: it never signed, or still does and
    # was never asked to sign longer than its client's tokens live.
    moment("tokens_until"),
    moment("created_at", nullable=False),
    belongs_to("oauth_applications", "application_id"),
    CheckConstraint("state IN ('waiting', 'signing', 'published')", name="state"),
    Index(
        "uq_oauth_application_keys_signing",
        "instance_id",
        "application_id",
        unique=True,
        postgresql_where=text("state = 'signing'"),
    ),
    Index("ix_oauth_application_keys_application_id", "instance_id", "application_id"),
    comment="RSA keys by which an application's account tokens are signed and known.",
)
