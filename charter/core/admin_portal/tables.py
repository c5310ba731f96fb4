"""Links into the admin portal."""

from sqlalchemy import Column, ForeignKeyConstraint, Index, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY

from charter.core.columns import belongs_to, key_columns, moment, time_columns
from charter.kernel.db import metadata

admin_portal_link_tokens = Table(
    "admin_portal_link_tokens",
    metadata,
    *key_columns(),
    Column("organization_id", Text),
    Column("it_contact_id", Text),
    Column("scopes", ARRAY(Text)),
    # The browser in which the link was opened; it can be opened in one alone.
    Column("client_id", Text),
    Column("revocation_reason", Text),
    moment("revoked_at"),
    moment("expires_at", nullable=False),
    *time_columns(),
    ForeignKeyConstraint(["instance_id"], ["instances.id"], ondelete="CASCADE"),
    belongs_to("organizations", "organization_id"),
    Index("ix_admin_portal_link_tokens_organization_id", "instance_id", "organization_id"),
    Index("ix_admin_portal_link_tokens_client_id", "instance_id", "client_id"),
    comment="A link that lets an IT admin configure the connections of their organization.",
)
