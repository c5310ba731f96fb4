"""Users: the people of an instance."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    text,
)

from charter.core.columns import key_columns, metadata_column, moment, time_columns
from charter.kernel.db import metadata

users = Table(
    "users",
    metadata,
    *key_columns(),
    Column("number", BigInteger, Identity(always=True), nullable=False),
    Column("external_id", Text),
    Column("username", Text),
    Column("username_key", Text),
    Column("first_name", Text),
    Column("last_name", Text),
    Column("locale", Text),
    Column("image_key", Text),
    metadata_column("public_metadata"),
    metadata_column("private_metadata"),
    metadata_column("unsafe_metadata"),
    Column("is_banned", Boolean, nullable=False, server_default=text("false")),
    Column("is_locked", Boolean, nullable=False, server_default=text("false")),
    moment("locked_until"),
    Column("failed_attempts", Integer, nullable=False, server_default=text("0")),
    Column("can_delete_self", Boolean, nullable=False, server_default=text("true")),
    Column("can_create_organizations", Boolean, nullable=False, server_default=text("true")),
    Column("organizations_limit", Integer),
    Column("bypasses_client_trust", Boolean, nullable=False, server_default=text("false")),
    moment("mfa_enabled_at"),
    moment("mfa_disabled_at"),
    moment("legal_accepted_at"),
    moment("last_sign_in_at"),
    moment("last_active_at"),
    # Ids, names and addresses in lower case: what a free-text search looks through.
    Column("search_text", Text, nullable=False, server_default=text("''")),
    *time_columns(),
    ForeignKeyConstraint(["instance_id"], ["instances.id"], ondelete="CASCADE"),
    CheckConstraint("organizations_limit >= 0", name="organizations_limit"),
    CheckConstraint("failed_attempts >= 0", name="failed_attempts"),
    Index("uq_users_external_id", "instance_id", "external_id", unique=True),
    # Nulls first is the order in which lists ask for them.
    Index("uq_users_username_key", "instance_id", text("username_key NULLS FIRST"), unique=True),
    Index("uq_users_number", "instance_id", "number", unique=True),
    Index("ix_users_created_at", "instance_id", "created_at", "id"),
    Index("ix_users_updated_at", "instance_id", "updated_at", "id"),
    Index("ix_users_last_active_at", "instance_id", text("last_active_at NULLS FIRST"), "id"),
    Index("ix_users_last_sign_in_at", "instance_id", text("last_sign_in_at NULLS FIRST"), "id"),
    Index(
        "ix_users_search_text",
        "search_text",
        postgresql_using="gin",
        postgresql_ops={"search_text": "gin_trgm_ops"},
    ),
    # Each sign-in changes the row twice where no index looks. In a full page all are rewritten.
    postgresql_with={"fillfactor": 80},
    comment="People. Addresses, passwords and factors have tables of their own.",
)
