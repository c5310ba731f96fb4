"""Organizations: the boundary of collaboration and billing."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    func,
    literal_column,
    text,
)

from charter.core.columns import belongs_to, key_columns, metadata_column, moment, time_columns
from charter.core.organizations.model import IN_USE
from charter.core.statements import word
from charter.kernel.db import metadata

PAIRS = (
    "text_pairs(CASE WHEN starts_with(lower(search_text), lower(name)) THEN lower(search_text)"
    " ELSE lower(name) || '\n'::text || lower(search_text) END)"
)

organizations = Table(
    "organizations",
    metadata,
    *key_columns(),
    Column("number", BigInteger, Identity(always=True), nullable=False),
    Column("name", Text, nullable=False),
    Column("slug", Text),
    Column("parent_id", Text),
    Column("status", Text, nullable=False, server_default=text("'active'")),
    # Whether the instance has set the status: members do not undo that.
    Column("is_status_held", Boolean, nullable=False, server_default=text("false")),
    moment("paid_until"),
    Column("avatar_url", Text),
    Column("description", Text),
    Column("contact_address", Text),
    Column("country", Text),
    # The name in the form in which it is unique; null where it is not claimed.
    Column("claimed_name", Text),
    Column("image_key", Text),
    Column("created_by", Text),
    # 0: no limit.
    Column("max_allowed_memberships", Integer, nullable=False),
    Column("admin_delete_enabled", Boolean, nullable=False, server_default=text("true")),
    Column("role_set_id", Text, nullable=False),
    metadata_column("public_metadata"),
    metadata_column("private_metadata"),
    moment("last_active_at"),
    Column("search_text", Text, nullable=False, server_default=text("''")),
    # The pairs of letters of both, by which parts of them are found.
    Column("search_pairs", Text, Computed(PAIRS, persisted=True)),
    *time_columns(),
    ForeignKeyConstraint(["instance_id"], ["instances.id"], ondelete="CASCADE"),
    belongs_to("organizations", "parent_id", ondelete="NO ACTION"),
    belongs_to("role_sets", "role_set_id", ondelete="NO ACTION"),
    CheckConstraint("max_allowed_memberships >= 0", name="max_allowed_memberships"),
    CheckConstraint(
        "status IN ('active', 'trial', 'past_due', 'suspended', 'closed')", name="status"
    ),
    CheckConstraint("parent_id <> id", name="parent"),
    Index("uq_organizations_slug", "instance_id", "slug", unique=True),
    Index("uq_organizations_number", "instance_id", "number", unique=True),
    Index(
        "uq_organizations_claimed_name",
        "instance_id",
        "claimed_name",
        unique=True,
        postgresql_where=text("claimed_name IS NOT NULL"),
    ),
    # Names are listed as they are written, and looked up in their normal form.
    Index("ix_organizations_name", "instance_id", "name", "id"),
    Index("ix_organizations_normal_name", "instance_id", text("normalize(name)")),
    Index("ix_organizations_created_at", "instance_id", "created_at", "id"),
    Index("ix_organizations_status", "instance_id", "status", "created_at", "id"),
    Index("ix_organizations_created_by", "instance_id", "created_by"),
    # In the order in which the children of one are listed.
    Index("ix_organizations_parent_id", "instance_id", "parent_id", "created_at", "id"),
    Index("ix_organizations_role_set_id", "instance_id", "role_set_id"),
    # Names in any case, whole and in parts; the first is the smaller to look into.
    Index("ix_organizations_lower_name", "instance_id", text("lower(name)")),
    Index(
        "ix_organizations_folded_name",
        func.lower(literal_column("name")).label("folded_name"),
        postgresql_using="gin",
        postgresql_ops={"folded_name": "gin_trgm_ops"},
    ),
    Index(
        "ix_organizations_search_text",
        "search_text",
        postgresql_using="gin",
        postgresql_ops={"search_text": "gin_trgm_ops"},
    ),
    Index(
        "ix_organizations_search_pairs",
        "search_pairs",
        postgresql_using="gin",
        postgresql_ops={"search_pairs": "gin_trgm_ops"},
    ),
    comment="The boundary of collaboration and billing; may have a parent.",
)
is_in_use = organizations.c.status.in_([word(each.value) for each in IN_USE])
"""Whether an organization takes members, and its roles hold what they hold."""
