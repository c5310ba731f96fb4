"""Files."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "202611221526"
down_revision: str | None = "202611221524"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


# Every instance has the permission, and those of its default roles hold it that do in a new one.
PERMISSION = """
INSERT INTO permissions (instance_id, id, key, name, description, type, created_at, updated_at)
SELECT id, 'perm_' || substr(id, 5), 'org:sys_files:manage', 'Manage files', 'Manage files.',
    'system', now(), now()
FROM instances
ON CONFLICT DO NOTHING
"""
HELD = """
INSERT INTO role_permissions (instance_id, role_id, permission_id)
SELECT roles.instance_id, roles.id, permissions.id
FROM roles
JOIN permissions ON permissions.instance_id = roles.instance_id
WHERE permissions.key = 'org:sys_files:manage'
  AND roles.key IN ('org:admin', 'org:manager', 'org:member')
ON CONFLICT DO NOTHING
"""
# What manages members reaches as far as it did: it may give no role that holds more.
TOKENS = """
UPDATE organization_tokens SET permissions = array_append(permissions, 'org:sys_files:manage')
WHERE 'org:sys_memberships:manage' = ANY(permissions)
  AND NOT 'org:sys_files:manage' = ANY(permissions)
"""


def upgrade() -> None:
    """Files."""
    op.create_table(
        "file_uploads",
        sa.Column("instance_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(collation="C"), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("checksum_sha256", sa.Text(), nullable=True),
        sa.Column(
            "metadata",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column("overwrites", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("part_size_bytes", sa.BigInteger(), nullable=True),
        sa.Column("part_count", sa.Integer(), nullable=True),
        sa.Column("store_upload_id", sa.Text(), nullable=True),
        sa.Column("object_name", sa.Text(), nullable=False),
        sa.Column("parts_digest", sa.LargeBinary(), nullable=True),
        sa.Column("file_id", sa.Text(), nullable=True),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("created_by", sa.Text(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'completing', 'completed', 'aborted', 'expired')",
            name=op.f("ck_file_uploads_state"),
        ),
        sa.CheckConstraint("size_bytes >= 0", name=op.f("ck_file_uploads_size_bytes")),
        sa.ForeignKeyConstraint(
            ["instance_id", "organization_id"],
            ["organizations.instance_id", "organizations.id"],
            name=op.f("fk_file_uploads_instance_id_organization_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("instance_id", "id", name=op.f("pk_file_uploads")),
        comment="Writings of files that run or ran: whole ones by one address, others in parts.",
    )
    op.create_index(
        "ix_file_uploads_expires_at",
        "file_uploads",
        ["expires_at"],
        unique=False,
        postgresql_where=sa.text("state IN ('open', 'completing')"),
    )
    op.create_index(
        "ix_file_uploads_key",
        "file_uploads",
        ["instance_id", "organization_id", "key"],
        unique=False,
    )
    op.create_index("ix_file_uploads_updated_at", "file_uploads", ["updated_at"], unique=False)
    op.create_table(
        "file_usages",
        sa.Column("instance_id", sa.Text(), nullable=False),
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("used_bytes", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("used_bytes >= 0", name=op.f("ck_file_usages_used_bytes")),
        sa.ForeignKeyConstraint(
            ["instance_id", "organization_id"],
            ["organizations.instance_id", "organizations.id"],
            name=op.f("fk_file_usages_instance_id_organization_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("instance_id", "organization_id", name=op.f("pk_file_usages")),
        comment="What an organization's files and running uploads take; held while one changes.",
    )
    op.create_table(
        "files",
        sa.Column("instance_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("organization_id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(collation="C"), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("checksum_sha256", sa.Text(), nullable=True),
        sa.Column(
            "metadata",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column("created_by", sa.Text(), nullable=True),
        sa.Column("object_name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("octet_length(key) BETWEEN 1 AND 1024", name=op.f("ck_files_key")),
        sa.CheckConstraint("size_bytes >= 0", name=op.f("ck_files_size_bytes")),
        sa.ForeignKeyConstraint(
            ["instance_id", "organization_id"],
            ["organizations.instance_id", "organizations.id"],
            name=op.f("fk_files_instance_id_organization_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("instance_id", "id", name=op.f("pk_files")),
        comment="Files of organizations whose bytes have arrived.",
    )
    op.create_index("uq_files_key", "files", ["instance_id", "organization_id", "key"], unique=True)
    op.execute(PERMISSION)
    op.execute(HELD)
    op.execute(TOKENS)
