"""Invitations to sign up."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Table,
    Text,
    text,
)

from charter.core.columns import key_columns, metadata_column, moment, time_columns
from charter.kernel.db import metadata

invitations = Table(
    "invitations",
    metadata,
    *key_columns(),
    Column("email_address", Text, nullable=False),
    Column("address_key", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("redirect_url", Text),
    Column("template_slug", Text, nullable=False),
    metadata_column("public_metadata"),
    moment("expires_at", nullable=False),
    *time_columns(),
    ForeignKeyConstraint(["instance_id"], ["instances.id"], ondelete="CASCADE"),
    CheckConstraint("status IN ('pending', 'accepted', 'revoked')", name="status"),
    # No unique index: a caller may ask for a repeated invitation.
    Index(
        "ix_invitations_pending",
        "instance_id",
        "address_key",
        postgresql_where=text("status = 'pending'"),
    ),
    Index("ix_invitations_created_at", "instance_id", "created_at", "id"),
    comment="An address asked to sign up; its one-time secret is a grant.",
)
