"""Finds organizations from indexes by their status and by their name in any case."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "202611221634"
down_revision: str | None = "202611221550"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Index the lower case of names, and statuses in the order in which they are listed."""
    op.create_index(
        "ix_organizations_lower_name",
        "organizations",
        ["instance_id", sa.literal_column("lower(name)")],
        unique=False,
    )
    op.create_index(
        "ix_organizations_status",
        "organizations",
        ["instance_id", "status", "created_at", "id"],
        unique=False,
    )
