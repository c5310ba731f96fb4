"""Refuses a statement whose write found no row to touch."""

from collections.abc import Sequence

from alembic import op

revision: str = "202611222205"
down_revision: str | None = "202611221945"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

MUST_TOUCH = """
CREATE FUNCTION must_touch(rows bigint) RETURNS boolean
LANGUAGE plpgsql
AS $$
BEGIN
  IF rows = 0 THEN
    RAISE no_data_found;
  END IF;
  RETURN true;
END
$$
"""


def upgrade() -> None:
    """Make the function that writes ask before they count."""
    op.execute(MUST_TOUCH)
