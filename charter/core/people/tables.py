"""What is kept of people beside their users, and what is left of who is gone."""

from sqlalchemy import Column, ForeignKeyConstraint, Index, Table, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql import text

from charter.core.columns import belongs_to, key_columns, moment
from charter.kernel.db import metadata

user_profiles = Table(
    "user_profiles",
    metadata,
    Column("instance_id", Text, primary_key=True),
    Column("user_id", Text, primary_key=True),
    Column("user_name", Text),
    # In lower case, as names are compared (RFC 7643, section 4.1.1).
    Column("user_name_key", Text),
    Column("display_name", Text),
    Column("avatar_url", Text),
    Column("preferred_language", Text),
    Column("timezone", Text),
    # Read together with the membership, so that one which ended is preferred no more.
    Column("preferred_membership_id", Text),
    Column("email_types", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    # Of a banned user: that a directory did it.
    moment("deactivated_at"),
    belongs_to("users", "user_id"),
    Index(
        "uq_user_profiles_user_name_key",
        "instance_id",
        "user_name_key",
        unique=True,
        postgresql_where=text("user_name_key IS NOT NULL"),
    ),
    comment="What directories and accounts know of a user beside what signs them in.",
)

former_users = Table(
    "former_users",
    metadata,
    *key_columns(),
    moment("deleted_at", nullable=False),
    ForeignKeyConstraint(["instance_id"], ["instances.id"], ondelete="CASCADE"),
    comment="The bare ids of users who are gone, for what refers to them elsewhere.",
)
