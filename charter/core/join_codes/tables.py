"""Join codes: shareable codes by which users join an organization."""

from sqlalchemy import CheckConstraint, Column, Index, Integer, Table, Text

from charter.core.columns import belongs_to, key_columns, moment, time_columns
from charter.kernel.db import metadata

join_codes = Table(
    "join_codes",
    metadata,
    *key_columns(),
    Column("organization_id", Text, nullable=False),
    Column("role_id", Text, nullable=False),
    Column("last_four", Text, nullable=False),
    Column("max_uses", Integer),
    Column("created_by", Text),
    moment("revoked_at"),
    *time_columns(),
    belongs_to("organizations", "organization_id"),
    belongs_to("roles", "role_id", ondelete="NO ACTION"),
    CheckConstraint("max_uses >= 1", name="max_uses"),
    Index("ix_join_codes_created_at", "instance_id", "organization_id", "created_at"),
    Index("ix_join_codes_role_id", "instance_id", "role_id"),
    comment="A code many may use; the secret and its count of uses are a grant.",
)
