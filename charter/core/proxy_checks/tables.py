"""Proxy checks."""

from sqlalchemy import Boolean, Column, Index, Table, Text

from charter.core.columns import belongs_to, key_columns, moment, time_columns
from charter.kernel.db import metadata

proxy_checks = Table(
    "proxy_checks",
    metadata,
    *key_columns(),
    Column("domain_id", Text, nullable=False),
    Column("proxy_url", Text, nullable=False),
    Column("is_successful", Boolean, nullable=False),
    moment("last_run_at", nullable=False),
    *time_columns(),
    belongs_to("instance_domains", "domain_id"),
    Index("uq_proxy_checks_domain_id", "instance_id", "domain_id", unique=True),
    comment="How the last check of a domain's proxy went.",
)
