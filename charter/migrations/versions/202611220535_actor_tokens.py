"""Actor tokens."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "202611220535"
down_revision: str | None = "202611220332"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Actor tokens."""
    op.create_table(
        "actor_tokens",
        sa.Column("instance_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("actor", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("session_seconds", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("actor ->> 'sub' IS NOT NULL", name=op.f("ck_actor_tokens_actor")),
        sa.CheckConstraint(
            "status IN ('pending', 'accepted', 'revoked')", name=op.f("ck_actor_tokens_status")
        ),
        sa.CheckConstraint("session_seconds > 0", name=op.f("ck_actor_tokens_session_seconds")),
        sa.ForeignKeyConstraint(
            ["instance_id", "user_id"],
            ["users.instance_id", "users.id"],
            name=op.f("fk_actor_tokens_instance_id_user_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("instance_id", "id", name=op.f("pk_actor_tokens")),
        comment="A ticket by which an actor signs in once as a user; its secret is a grant.",
    )
    op.create_index(
        "ix_actor_tokens_user_id", "actor_tokens", ["instance_id", "user_id"], unique=False
    )
