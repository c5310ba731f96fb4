"""Passwords, as digests of a named hasher."""

from sqlalchemy import Boolean, Column, ForeignKeyConstraint, Table, Text, text

from charter.core.columns import moment
from charter.kernel.db import metadata

passwords = Table(
    "passwords",
    metadata,
    Column("instance_id", Text, primary_key=True),
    Column("user_id", Text, primary_key=True),
    Column("hasher", Text, nullable=False),
    Column("password_digest", Text, nullable=False),
    Column("is_compromised", Boolean, nullable=False, server_default=text("false")),
    moment("updated_at", nullable=False),
    ForeignKeyConstraint(
        ["instance_id", "user_id"], ["users.instance_id", "users.id"], ondelete="CASCADE"
    ),
    comment="At most one password a user; an imported digest keeps its hasher until a sign-in.",
)
