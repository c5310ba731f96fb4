"""Addresses that reach one mailbox."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "202611220853"
down_revision: str | None = "202611220851"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Look for addresses that differ in dots alone."""
    op.create_index(
        "ix_email_addresses_mailbox",
        "email_addresses",
        ["instance_id", sa.literal_column("replace(split_part(address_key, '@', 1), '.', '')")],
        unique=False,
        postgresql_where=sa.text(
            "address_key LIKE '%@gmail.com' OR address_key LIKE '%@googlemail.com'"
        ),
    )
