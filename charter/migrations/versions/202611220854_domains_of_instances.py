"""Domains of instances."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "202611220854"
down_revision: str | None = "202611220853"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

# Every instance has its primary domain. Of several with one host, which only paths told apart so
# far, the oldest holds it.
PRIMARY_DOMAINS = """
INSERT INTO instance_domains (instance_id, id, name, is_satellite, is_secondary, frontend_host,
    held_host, created_at, updated_at)
SELECT
    id,
    'dmn_' || substr(id, 5),
    CASE WHEN environment = 'production' AND rest LIKE '%.%' THEN rest ELSE frontend_host END,
    false,
    true,
    frontend_host,
    CASE WHEN environment = 'production' AND place = 1 THEN frontend_host END,
    created_at,
    updated_at
FROM (
    SELECT
        *,
        regexp_replace(split_part(frontend_host, ':', 1), '^[^.]*\\.?', '') AS rest,
        row_number() OVER (PARTITION BY environment, frontend_host ORDER BY created_at, id) AS place
    FROM instances
) AS known
"""


def upgrade() -> None:
    """Domains of instances."""
    op.create_table(
        "instance_domains",
        sa.Column("instance_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("is_satellite", sa.Boolean(), nullable=False),
        sa.Column("is_secondary", sa.Boolean(), nullable=False),
        sa.Column("frontend_host", sa.Text(), nullable=False),
        sa.Column("held_host", sa.Text(), nullable=True),
        sa.Column("home_origin", sa.Text(), nullable=True),
        sa.Column("proxy_url", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["instance_id"],
            ["instances.id"],
            name=op.f("fk_instance_domains_instance_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("instance_id", "id", name=op.f("pk_instance_domains")),
        comment="The primary domain of an instance, and satellites that share its sessions.",
    )
    op.create_index("uq_instance_domains_held_host", "instance_domains", ["held_host"], unique=True)
    op.create_index(
        "uq_instance_domains_name", "instance_domains", ["instance_id", "name"], unique=True
    )
    op.create_index(
        "uq_instance_domains_primary",
        "instance_domains",
        ["instance_id"],
        unique=True,
        postgresql_where=sa.text("NOT is_satellite"),
    )
    op.create_table(
        "proxy_checks",
        sa.Column("instance_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("domain_id", sa.Text(), nullable=False),
        sa.Column("proxy_url", sa.Text(), nullable=False),
        sa.Column("is_successful", sa.Boolean(), nullable=False),
        sa.Column("last_run_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["instance_id", "domain_id"],
            ["instance_domains.instance_id", "instance_domains.id"],
            name=op.f("fk_proxy_checks_instance_id_domain_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("instance_id", "id", name=op.f("pk_proxy_checks")),
        comment="How the last check of a domain's proxy went.",
    )
    op.create_index(
        "uq_proxy_checks_domain_id", "proxy_checks", ["instance_id", "domain_id"], unique=True
    )
    op.execute(PRIMARY_DOMAINS)
