"""Signing keys know how long their tokens live."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "202611220140"
down_revision: str | None = "202611212350"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Add the column; a key of before has no tokens beyond the usual overlap on record."""
    op.add_column("signing_keys", sa.Column("tokens_until", sa.DateTime(timezone=True)))


def downgrade() -> None:
    """Take it away."""
    op.drop_column("signing_keys", "tokens_until")
