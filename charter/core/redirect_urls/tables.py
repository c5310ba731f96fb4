"""Redirect URLs."""

from sqlalchemy import Column, Index, Table, Text

from charter.core.columns import key_columns, time_columns
from charter.kernel.db import metadata

redirect_urls = Table(
    "redirect_urls",
    metadata,
    *key_columns(),
    Column("url", Text, nullable=False),
    Column("href", Text, nullable=False),
    *time_columns(),
    Index("uq_redirect_urls_href", "instance_id", "href", unique=True),
    comment="A single address outside the instance's sites that people may be sent back to.",
)
