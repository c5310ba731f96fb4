"""Columns and constraints that every area's tables share."""

from typing import Any

from sqlalchemy import Column, DateTime, ForeignKeyConstraint, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql import text


def key_columns() -> tuple[Column[Any], Column[Any]]:
    """The composite key of every row, led by its instance so that rows can be sharded by it."""
    return Column("instance_id", Text, primary_key=True), Column("id", Text, primary_key=True)


def time_columns() -> tuple[Column[Any], Column[Any]]:
    """When a row was made and last changed, in UTC."""
    return moment("created_at", nullable=False), moment("updated_at", nullable=False)


def moment(name: str, *, nullable: bool = True) -> Column[Any]:
    """A point in time, in UTC."""
    return Column(name, DateTime(timezone=True), nullable=nullable)


def metadata_column(name: str) -> Column[Any]:
    """A JSON object that belongs to the app, never null."""
    return Column(name, JSONB, nullable=False, server_default=text("'{}'::jsonb"))


def belongs_to(
    table: str, column: str, *, ondelete: str = "CASCADE", name: str | None = None
) -> ForeignKeyConstraint:
    """A reference to a row of the same instance."""
    return ForeignKeyConstraint(
        ["instance_id", column],
        [f"{table}.instance_id", f"{table}.id"],
        ondelete=ondelete,
        name=name,
    )
