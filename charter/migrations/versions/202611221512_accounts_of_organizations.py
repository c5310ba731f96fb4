"""Lets organizations be on trial or past due, paid until a moment, and shown by a picture elsewhere."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "202611221512"
down_revision: str | None = "202611221221"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Widen the statuses of organizations, and keep what they have paid."""
    op.add_column(
        "organizations", sa.Column("paid_until", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column("organizations", sa.Column("avatar_url", sa.Text(), nullable=True))
    op.drop_index(op.f("ix_organizations_parent_id"), table_name="organizations")
    op.create_index(
        "ix_organizations_parent_id",
        "organizations",
        ["instance_id", "parent_id", "created_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_organizations_folded_name",
        "organizations",
        [sa.func.lower(sa.literal_column("name")).label("folded_name")],
        postgresql_using="gin",
        postgresql_ops={"folded_name": "gin_trgm_ops"},
    )
    op.drop_constraint(op.f("ck_organizations_status"), "organizations")
    op.create_check_constraint(
        op.f("ck_organizations_status"),
        "organizations",
        "status IN ('active', 'trial', 'past_due', 'suspended', 'closed')",
    )
