"""Money moves."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "202611221155"
down_revision: str | None = "202611220913"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Money moves."""
    op.create_table(
        "billing_holds",
        sa.Column("instance_id", sa.Text(), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["instance_id"],
            ["instances.id"],
            name=op.f("fk_billing_holds_instance_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("instance_id", name=op.f("pk_billing_holds")),
        comment="That an instance renews and collects nothing, and since when.",
    )
    op.alter_column(
        "ledger_accounts",
        "balance",
        existing_type=sa.BIGINT(),
        server_default=sa.text("0"),
        existing_nullable=False,
    )
