"""Make the extensions that the tables stand on."""

from collections.abc import Sequence

from alembic import op

revision: str = "202611210001"
down_revision: str | None = None
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Trigram indexes serve the search for parts of names."""
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
