"""One SQL statement, compiled at import, with the type of its rows, bound to a tenant."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, MetaData, Table, Text, bindparam
from sqlalchemy.dialects.postgresql import asyncpg as asyncpg_dialect
from sqlalchemy.dialects.postgresql import insert

from charter.kernel import tenancy
from charter.kernel.errors import DomainError
from charter.kernel.rows import maker

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
"""All tables of the product; each area declares its own on it."""

INSTANCE = bindparam("instance_id", type_=Text)
"""The tenant. `Db` binds it from the context; no caller ever passes it."""

_DIALECT = asyncpg_dialect.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped
Row = TypeVar("Row")

Violations = Mapping[str, Callable[[], DomainError]]


class Statement(Generic[Row]):
    """One SQL statement, compiled at import, with the type of its rows.

    `row` is a dataclass whose fields are the statement's columns in order, or None where the
    caller wants plain values. `violates` gives the domain error for a named constraint.
    A statement over a tenant's table has to bind INSTANCE, or it fails here;
    `across_instances` names the reason why one may not. One that `must_touch` a row says that
    what was read before still holds: written later (`Db.run_later`), without one it raises
    Overtaken and nothing is written. It has to return something of the row.
    """

    def __init__(
        self,
        statement: Any,
        row: type[Row] | None = None,
        *,
        violates: Violations | None = None,
        across_instances: str | None = None,
        must_touch: bool = False,
    ) -> None:
        compiled = statement.compile(dialect=_DIALECT)
        self.sql = str(compiled)
        self.parameters: tuple[str, ...] = tuple(getattr(compiled, "positiontup", None) or ())
        self.constants = {
            name: bind.value
            for name, bind in compiled.binds.items()
            if not bind.required and bind.callable is None
        }
        if must_touch and " RETURNING " not in self.sql:
            raise TypeError("what has to touch a row has to return something of it")
        self.violates = violates or {}
        self.must_touch = must_touch
        self.make: Callable[[Sequence[Any]], Row] = maker(row, statement)
        if across_instances is None:
            tenancy.check(statement, self.sql)

    def arguments(self, instance_id: str, given: Mapping[str, Any]) -> list[Any]:
        """The values of the statement's parameters, in its order."""
        constants = self.constants
        return [
            instance_id
            if name == "instance_id"
            else given[name]
            if name in given
            else constants[name]
            for name in self.parameters
        ]


def written(table: Table) -> dict[str, ColumnElement[Any]]:
    """What is written of a row, by column: all that the database does not fill by itself."""
    return {
        c.name: bindparam(c.name, type_=c.type)
        for c in table.columns
        if c.identity is None and c.computed is None
    }


def inserting(table: Table, *, violates: Violations | None = None) -> Statement[None]:
    """An INSERT of all columns of a table that the database does not fill, bound by their names."""
    values = written(table)
    if "instance_id" in values:
        values["instance_id"] = INSTANCE
    return Statement(insert(table).values(values), violates=violates)
