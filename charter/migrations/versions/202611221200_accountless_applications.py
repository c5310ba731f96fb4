"""Accountless applications."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "202611221200"
down_revision: str | None = "202611221155"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Accountless applications."""
    op.create_table(
        "accountless_applications",
        sa.Column("instance_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "completed_at IS NULL OR claimed_at IS NOT NULL",
            name=op.f("ck_accountless_applications_completed_at"),
        ),
        sa.ForeignKeyConstraint(
            ["instance_id"],
            ["instances.id"],
            name=op.f("fk_accountless_applications_instance_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("instance_id", "id", name=op.f("pk_accountless_applications")),
        comment="Instances that a framework's SDK made for itself, and whether they were claimed.",
    )
    op.create_index(
        "uq_accountless_applications_instance_id",
        "accountless_applications",
        ["instance_id"],
        unique=True,
    )
