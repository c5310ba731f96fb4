"""The lists of who may come in and who may not."""

from sqlalchemy import CheckConstraint, Column, Index, Table, Text

from charter.core.columns import key_columns, time_columns
from charter.kernel.db import metadata

listed_identifiers = Table(
    "listed_identifiers",
    metadata,
    *key_columns(),
    Column("list_name", Text, nullable=False),
    Column("identifier", Text, nullable=False),
    Column("identifier_key", Text, nullable=False),
    Column("identifier_type", Text, nullable=False),
    Column("invitation_id", Text),
    *time_columns(),
    CheckConstraint("list_name IN ('allow', 'block')", name="list_name"),
    CheckConstraint(
        "identifier_type IN ('email_address', 'phone_number', 'web3_wallet')",
        name="identifier_type",
    ),
    Index(
        "uq_listed_identifiers_identifier_key",
        "instance_id",
        "identifier_key",
        "list_name",
        unique=True,
    ),
    Index("ix_listed_identifiers_created_at", "instance_id", "list_name", "created_at"),
    comment="An identifier that may come in, or may not; *@ and a domain for all of that domain.",
)
