"""The columns of flows that hold checks, as they are read: with the tries that were made."""

from typing import Any

from sqlalchemy import ColumnElement, Table, func, literal_column, select
from sqlalchemy.dialects.postgresql import JSONB

from charter.core.grants.tables import grants
from charter.core.verification import CODE_ATTEMPTS


def checks_of(table: Table) -> dict[str, ColumnElement[Any]]:
    """The checks of a flow's table by name, each with the tries that its code has had.

    A refused try rolls its step back; its count is kept with the code, and is read from there.
    """
    return {column.name: _counted(column) for column in table.c if column.name.endswith("_check")}


def _counted(check: Any) -> ColumnElement[Any]:
    made = (
        select(func.to_jsonb(literal_column(str(CODE_ATTEMPTS)) - grants.c.attempts_left))
        .where(
            grants.c.instance_id == check.table.c.instance_id,
            grants.c.id == check["grant_id"].astext,
        )
        .correlate(check.table)
        .scalar_subquery()
    )
    # Nothing is counted of a link, nor once the code is forgotten: it is as it was kept then.
    path: ColumnElement[Any] = literal_column("'{attempts}'")
    return func.coalesce(func.jsonb_set(check, path, made, type_=JSONB), check, type_=JSONB)
