"""Enterprise connections, their domains, and who signed in through them."""

from sqlalchemy import (
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
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from charter.core.columns import belongs_to, key_columns, metadata_column, moment, time_columns
from charter.kernel.db import metadata

enterprise_connections = Table(
    "enterprise_connections",
    metadata,
    *key_columns(),
    Column("name", Text, nullable=False),
    Column("provider", Text, nullable=False),
    Column("organization_id", Text),
    Column("is_active", Boolean, nullable=False),
    Column("syncs_user_attributes", Boolean, nullable=False),
    Column("disables_additional_identifications", Boolean, nullable=False),
    Column("links_accounts_of_members", Boolean, nullable=False),
    Column("custom_attributes", JSONB, nullable=False),
    Column("idp_entity_id", Text),
    Column("idp_sso_url", Text),
    Column("idp_certificates", ARRAY(Text), nullable=False),
    moment("idp_certificate_issued_at"),
    moment("idp_certificate_expires_at"),
    Column("idp_metadata_url", Text),
    Column("idp_metadata", Text),
    metadata_column("attribute_mapping"),
    Column("allows_subdomains", Boolean, nullable=False),
    Column("allows_idp_initiated", Boolean, nullable=False),
    Column("forces_authentication", Boolean, nullable=False),
    Column("login_hint_mode", Text, nullable=False),
    Column("login_hint_source", Text),
    Column("client_id", Text),
    Column("issuer", Text),
    Column("discovery_url", Text),
    Column("authorize_url", Text),
    Column("token_url", Text),
    Column("userinfo_url", Text),
    Column("jwks_url", Text),
    Column("requires_pkce", Boolean, nullable=False),
    Column("sealed_secret", LargeBinary),
    *time_columns(),
    ForeignKeyConstraint(["instance_id"], ["instances.id"], ondelete="CASCADE"),
    # Without its organization a connection would let its people in anywhere.
    belongs_to("organizations", "organization_id"),
    CheckConstraint("provider ~ '^(saml|oidc)_[a-z_]+$'", name="provider"),
    CheckConstraint(
        "NOT is_active OR (CASE WHEN provider LIKE 'saml\\_%' THEN idp_entity_id IS NOT NULL"
        " AND idp_sso_url IS NOT NULL AND cardinality(idp_certificates) > 0"
        " ELSE client_id IS NOT NULL AND authorize_url IS NOT NULL AND token_url IS NOT NULL END)",
        name="active",
    ),
    Index("ix_enterprise_connections_created_at", "instance_id", "created_at", "id"),
    Index("ix_enterprise_connections_organization_id", "instance_id", "organization_id"),
    comment="How a company's people sign in with what it has already; our secret there is sealed.",
)

enterprise_connection_domains = Table(
    "enterprise_connection_domains",
    metadata,
    Column("instance_id", Text, primary_key=True),
    # A domain leads to one connection, or a sign-in could not tell where to go.
    Column("name", Text, primary_key=True),
    Column("connection_id", Text, nullable=False),
    Column("position", Integer, nullable=False),
    belongs_to("enterprise_connections", "connection_id"),
    Index("ix_enterprise_connection_domains_connection_id", "instance_id", "connection_id"),
    comment="Whose people sign in through a connection.",
)

enterprise_accounts = Table(
    "enterprise_accounts",
    metadata,
    *key_columns(),
    Column("user_id", Text, nullable=False),
    Column("connection_id", Text, nullable=False),
    Column("provider_user_id", Text, nullable=False),
    Column("email_address", Text),
    Column("first_name", Text),
    Column("last_name", Text),
    Column("public_metadata", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    moment("last_authenticated_at"),
    *time_columns(),
    belongs_to("users", "user_id"),
    belongs_to("enterprise_connections", "connection_id"),
    # Who somebody is: a connection and their name there; never an address.
    Index(
        "uq_enterprise_accounts_provider_user_id",
        "instance_id",
        "connection_id",
        "provider_user_id",
        unique=True,
    ),
    Index("uq_enterprise_accounts_of_user", "instance_id", "user_id", "connection_id", unique=True),
    comment="Who users are at the identity providers of companies.",
)
