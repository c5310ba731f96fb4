"""What apps have changed of templates."""

from sqlalchemy import Boolean, Column, ForeignKeyConstraint, Table, Text

from charter.core.columns import key_columns, time_columns
from charter.kernel.db import metadata

message_templates = Table(
    "message_templates",
    metadata,
    *key_columns(),
    Column("name", Text),
    Column("subject", Text),
    Column("markup", Text),
    Column("body", Text),
    Column("from_name", Text),
    Column("reply_to_name", Text),
    Column("is_delivered_here", Boolean, nullable=False),
    *time_columns(),
    ForeignKeyConstraint(["instance_id"], ["instances.id"], ondelete="CASCADE"),
    comment="What an app has changed of the texts of its messages, and who delivers them.",
)
