"""Finds parts of the names of organizations by pairs of their letters."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "202611221945"
down_revision: str | None = "202611221634"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

# Each two letters in a row become one of 36 that every locale takes for a letter or a digit.
TEXT_PAIRS = """
CREATE FUNCTION text_pairs(value text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$
  SELECT coalesce(
    string_agg(
      substr(
        'abcdefghijklmnopqrstuvwxyz0123456789',
        1 + (31 * ascii(letter) + ascii(following)) % 36,
        1
      ),
      '' ORDER BY place
    ),
    ''
  )
  FROM (
    SELECT place, letter, lead(letter) OVER (ORDER BY place) AS following
    FROM unnest(string_to_array(value, NULL)) WITH ORDINALITY AS letters (letter, place)
  ) AS pairs
  WHERE following IS NOT NULL
$$
"""
PAIRS = (
    "text_pairs(CASE WHEN starts_with(lower(search_text), lower(name)) THEN lower(search_text)"
    " ELSE lower(name) || '\n'::text || lower(search_text) END)"
)


def upgrade() -> None:
    """Keep the pairs beside the texts, with an index of their trigrams."""
    op.execute(TEXT_PAIRS)
    op.add_column(
        "organizations",
        sa.Column("search_pairs", sa.Text(), sa.Computed(PAIRS, persisted=True)),
    )
    op.create_index(
        "ix_organizations_search_pairs",
        "organizations",
        ["search_pairs"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"search_pairs": "gin_trgm_ops"},
    )
