"""Invitations to an organization."""

from sqlalchemy import CheckConstraint, Column, Index, Table, Text, text
from sqlalchemy.dialects.postgresql import ARRAY

from charter.core.columns import belongs_to, key_columns, metadata_column, moment, time_columns
from charter.kernel.db import metadata

organization_invitations = Table(
    "organization_invitations",
    metadata,
    *key_columns(),
    Column("organization_id", Text, nullable=False),
    Column("email_address", Text, nullable=False),
    Column("address_key", Text, nullable=False),
    Column("role_id", Text, nullable=False),
    Column("inviter_id", Text),
    Column("status", Text, nullable=False),
    Column("redirect_url", Text),
    metadata_column("public_metadata"),
    metadata_column("private_metadata"),
    moment("expires_at", nullable=False),
    moment("accepted_at"),
    Column("accepted_by", Text),
    # The domain that invites by itself; a member invites without one.
    Column("domain_id", Text),
    # The user who was made for the invited person, and whom the link lets in.
    Column("introduced_user_id", Text),
    # Keys, looked up in the role set when the person joins.
    Column("further_role_keys", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    *time_columns(),
    belongs_to("organizations", "organization_id"),
    belongs_to("roles", "role_id", ondelete="NO ACTION"),
    # An expired one gives its place to the next, which is when that is written down.
    CheckConstraint("status IN ('pending', 'accepted', 'revoked', 'expired')", name="status"),
    Index(
        "uq_organization_invitations_pending",
        "instance_id",
        "organization_id",
        "address_key",
        unique=True,
        postgresql_where=text("status = 'pending'"),
    ),
    Index("ix_organization_invitations_created_at", "instance_id", "organization_id", "created_at"),
    Index("ix_organization_invitations_address_key", "instance_id", "address_key"),
    Index("ix_organization_invitations_role_id", "instance_id", "role_id"),
    Index(
        "ix_organization_invitations_domain_id",
        "instance_id",
        "domain_id",
        postgresql_where=text("status = 'pending'"),
    ),
    comment="An address asked to join, with a role; its one-time secret is a grant.",
)
