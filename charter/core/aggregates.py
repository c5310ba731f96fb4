"""Related rows inside a row, gathered by PostgreSQL as JSON: one statement reads it all."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal_column, select
from sqlalchemy.dialects.postgresql import JSON, aggregate_order_by


def object_of(row: type, column: Callable[[str], Any]) -> ColumnElement[Any]:
    """A JSON object with the fields of a dataclass; `column` gives each by name."""
    parts: list[Any] = []
    for field in fields(row):
        parts += [literal_column(f"'{field.name}'"), column(field.name)]
    return func.json_build_object(*parts, type_=JSON)


def gathered(
    row: type,
    table: Any,
    *conditions: ColumnElement[bool],
    correlate: Any,
    column: Callable[[str], Any] | None = None,
) -> Any:
    """A JSON array of a table's rows, oldest first, as a scalar subquery of the outer one.

    column: gives each field of the dataclass by name; the table's own columns where it is None.
    """
    each = object_of(row, column or (lambda name: table.c[name]))
    ordered = aggregate_order_by(each, table.c.created_at, table.c.id)
    rows: Select[Any] = select(
        func.coalesce(func.json_agg(ordered, type_=JSON), literal_column("'[]'::json", JSON))
    )
    return rows.where(*conditions).correlate(correlate).scalar_subquery()
