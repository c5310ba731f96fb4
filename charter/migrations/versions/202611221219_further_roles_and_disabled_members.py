"""Further roles and disabled members."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "202611221219"
down_revision: str | None = "202611221200"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Further roles and disabled members."""
    op.create_table(
        "disabled_memberships",
        sa.Column("instance_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("role_id", sa.Text(), nullable=False),
        sa.Column(
            "public_metadata",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column(
            "private_metadata",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["instance_id", "organization_id"],
            ["organizations.instance_id", "organizations.id"],
            name=op.f("fk_disabled_memberships_instance_id_organization_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["instance_id", "role_id"],
            ["roles.instance_id", "roles.id"],
            name=op.f("fk_disabled_memberships_instance_id_role_id"),
            ondelete="NO ACTION",
        ),
        sa.ForeignKeyConstraint(
            ["instance_id", "user_id"],
            ["users.instance_id", "users.id"],
            name=op.f("fk_disabled_memberships_instance_id_user_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("instance_id", "id", name=op.f("pk_disabled_memberships")),
        comment="What brings a disabled member back; who is in here is no member.",
    )
    op.create_index(
        "ix_disabled_memberships_role_id",
        "disabled_memberships",
        ["instance_id", "role_id"],
        unique=False,
    )
    op.create_index(
        "ix_disabled_memberships_user_id",
        "disabled_memberships",
        ["instance_id", "user_id"],
        unique=False,
    )
    op.create_index(
        "uq_disabled_memberships_user_id",
        "disabled_memberships",
        ["instance_id", "organization_id", "user_id"],
        unique=True,
    )
    op.create_table(
        "disabled_membership_roles",
        sa.Column("instance_id", sa.Text(), nullable=False),
        sa.Column("membership_id", sa.Text(), nullable=False),
        sa.Column("role_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["instance_id", "membership_id"],
            ["disabled_memberships.instance_id", "disabled_memberships.id"],
            name=op.f("fk_disabled_membership_roles_instance_id_membership_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["instance_id", "role_id"],
            ["roles.instance_id", "roles.id"],
            name=op.f("fk_disabled_membership_roles_instance_id_role_id"),
            ondelete="NO ACTION",
        ),
        sa.PrimaryKeyConstraint(
            "instance_id", "membership_id", "role_id", name=op.f("pk_disabled_membership_roles")
        ),
        comment="Further roles of a disabled member, beside the primary one.",
    )
    op.create_index(
        "ix_disabled_membership_roles_role_id",
        "disabled_membership_roles",
        ["instance_id", "role_id"],
        unique=False,
    )
    op.create_table(
        "membership_roles",
        sa.Column("instance_id", sa.Text(), nullable=False),
        sa.Column("membership_id", sa.Text(), nullable=False),
        sa.Column("role_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["instance_id", "membership_id"],
            ["memberships.instance_id", "memberships.id"],
            name=op.f("fk_membership_roles_instance_id_membership_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["instance_id", "role_id"],
            ["roles.instance_id", "roles.id"],
            name=op.f("fk_membership_roles_instance_id_role_id"),
            ondelete="NO ACTION",
        ),
        sa.PrimaryKeyConstraint(
            "instance_id", "membership_id", "role_id", name=op.f("pk_membership_roles")
        ),
        comment="Further roles of a membership, beside its primary one.",
    )
    op.create_index(
        "ix_membership_roles_role_id", "membership_roles", ["instance_id", "role_id"], unique=False
    )
    op.create_table_comment(
        "memberships",
        "A user in an organization, with the primary of their roles there.",
        existing_comment="A user in an organization, with one role of the organization's role set.",
        schema=None,
    )
