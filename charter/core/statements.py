"""What statements of every area are made of: the moment, fixed words, columns, references."""

from dataclasses import fields
from typing import Any

from sqlalchemy import ColumnElement, DateTime, Table, Text, and_, bindparam, literal_column, text
from sqlalchemy.dialects.postgresql import insert

from charter.kernel.db import INSTANCE, Statement
from charter.kernel.filters.tree import Order
from charter.kernel.statement import Violations, written

NOW = bindparam("now", type_=DateTime(timezone=True))
"""The moment of the operation, given as `now`."""

LONG_STATEMENTS = Statement[None](
    text("SET LOCAL statement_timeout = '120s'"),
    across_instances="it is about the transaction itself",
)
"""Lets what follows in a transaction take longer, where there is much of it."""

NEWEST_FIRST = (Order("created_at", is_descending=True),)
"""The order of a list where its caller asks for none."""


def word(text: str) -> ColumnElement[str]:
    """A word of ours that stands in the statement itself, as partial indexes need it to.

    text: never anything that a caller gave.
    """
    return literal_column(f"'{text}'", Text)


def columns(row: type, table: Any, **others: ColumnElement[Any]) -> tuple[Any, ...]:
    """The columns that make a row of a dataclass: a table's own, and `others` by name."""
    return tuple(
        others[field.name].label(field.name) if field.name in others else table.c[field.name]
        for field in fields(row)
    )


def refers(column: Any, table: Any) -> ColumnElement[bool]:
    """That a column holds the id of a row of a table, both in the same instance."""
    return and_(table.c.instance_id == column.table.c.instance_id, table.c.id == column)


def inserting_new(
    table: Table,
    *unique: str,
    where: ColumnElement[bool] | None = None,
    violates: Violations | None = None,
) -> Statement[None]:
    """An INSERT of all columns of a table, bound by their names, that gives the id of the row.

    unique: the columns of a unique index beside the instance; where: what that index is limited
    to. A row that is taken by it is not inserted: there is no id, and the transaction stays whole.
    violates: the errors of other constraints, as of a Statement.
    """
    return Statement[None](
        insert(table)
        .values({**written(table), "instance_id": INSTANCE})
        .on_conflict_do_nothing(index_elements=["instance_id", *unique], index_where=where)
        .returning(table.c.id),
        violates=violates,
    )
