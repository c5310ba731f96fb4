"""Machines."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "202611220645"
down_revision: str | None = "202611220641"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Machines."""
    op.create_table(
        "machines",
        sa.Column("instance_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("default_token_ttl", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("default_token_ttl > 0", name=op.f("ck_machines_default_token_ttl")),
        sa.ForeignKeyConstraint(
            ["instance_id"],
            ["instances.id"],
            name=op.f("fk_machines_instance_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("instance_id", "id", name=op.f("pk_machines")),
        comment="A program of an app that proves to others who it is.",
    )
    op.create_index(
        "ix_machines_created_at", "machines", ["instance_id", "created_at", "id"], unique=False
    )
    op.create_table(
        "m2m_tokens",
        sa.Column("instance_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("machine_id", sa.Text(), nullable=False),
        sa.Column("claims", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revocation_reason", sa.Text(), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["instance_id", "machine_id"],
            ["machines.instance_id", "machines.id"],
            name=op.f("fk_m2m_tokens_instance_id_machine_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("instance_id", "id", name=op.f("pk_m2m_tokens")),
        comment="What a machine shows to the machines that it may reach.",
    )
    op.create_index("ix_m2m_tokens_expires_at", "m2m_tokens", ["expires_at"], unique=False)
    op.create_index(
        "ix_m2m_tokens_machine_id",
        "m2m_tokens",
        ["instance_id", "machine_id", "created_at"],
        unique=False,
    )
    op.create_index("uq_m2m_tokens_digest", "m2m_tokens", ["instance_id", "digest"], unique=True)
    op.create_table(
        "machine_scopes",
        sa.Column("instance_id", sa.Text(), nullable=False),
        sa.Column("from_machine_id", sa.Text(), nullable=False),
        sa.Column("to_machine_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["instance_id", "from_machine_id"],
            ["machines.instance_id", "machines.id"],
            name=op.f("fk_machine_scopes_instance_id_from_machine_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["instance_id", "to_machine_id"],
            ["machines.instance_id", "machines.id"],
            name=op.f("fk_machine_scopes_instance_id_to_machine_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "instance_id", "from_machine_id", "to_machine_id", name=op.f("pk_machine_scopes")
        ),
        comment="That a machine may reach another.",
    )
    op.create_index(
        "ix_machine_scopes_to_machine_id",
        "machine_scopes",
        ["instance_id", "to_machine_id"],
        unique=False,
    )
    op.create_table(
        "machine_secrets",
        sa.Column("instance_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("machine_id", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["instance_id", "machine_id"],
            ["machines.instance_id", "machines.id"],
            name=op.f("fk_machine_secrets_instance_id_machine_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("instance_id", "id", name=op.f("pk_machine_secrets")),
        sa.UniqueConstraint("digest", name=op.f("uq_machine_secrets_digest")),
        comment="What a machine shows as itself: one that stays, and those that a rotation lets end.",
    )
    op.create_index(
        "ix_machine_secrets_machine_id",
        "machine_secrets",
        ["instance_id", "machine_id"],
        unique=False,
    )
    op.create_index(
        "uq_machine_secrets_current",
        "machine_secrets",
        ["instance_id", "machine_id"],
        unique=True,
        postgresql_where=sa.text("expires_at IS NULL"),
    )
