"""Related rows inside a row, gathered by PostgreSQL as JSON: one statement reads it all."""

from typing import Any

from sqlalchemy import ColumnElement, Select, Table, func, literal_column, select
from sqlalchemy.dialects.postgresql import JSON, aggregate_order_by


def object_of(table: Any, columns: tuple[str, ...]) -> ColumnElement[Any]:
    """A JSON object of these columns of a table."""
    parts: list[Any] = []
    for name in columns:
        parts += [literal_column(f"'{name}'"), table.c[name]]
    return func.json_build_object(*parts)


def gathered(
    table: Any, columns: tuple[str, ...], *conditions: ColumnElement[bool], correlate: Table
) -> Any:
    """A JSON array of a table's rows, oldest first, as a scalar subquery of the outer one."""
    rows: Select[Any] = (
        select(
            func.coalesce(
                func.json_agg(
                    aggregate_order_by(object_of(table, columns), table.c.created_at, table.c.id),
                    type_=JSON,
                ),
                literal_column("'[]'::json", JSON),
            )
        )
        .where(*conditions)
        .correlate(correlate)
    )
    return rows.scalar_subquery()
