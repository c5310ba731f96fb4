"""Checks, when a statement is made, that every tenant's table in it is bound to the instance."""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Alias, BindParameter, Column, Join, Select, Table, TextClause
from sqlalchemy.sql import operators
from sqlalchemy.sql.dml import Delete, Insert, Update
from sqlalchemy.sql.elements import BinaryExpression

COLUMN = "instance_id"
_TABLE = re.compile(r"\b(?:FROM|JOIN|INTO|(?<!FOR )(?<!DO )UPDATE)\s+(\w+)", re.IGNORECASE)
_WITH = re.compile(r"(\w+)\s+AS\s*\(", re.IGNORECASE)


class UnboundTenant(TypeError):
    """A statement reads or writes a tenant's table without naming the instance."""


def check(statement: Any, sql: str) -> None:
    """Raise UnboundTenant unless every table with an instance column is tied to the bound one.

    Tied means compared for equality with the instance parameter, or with the instance column of
    a table that is tied, by a condition that every row has to meet: one branch of an OR, or what
    is negated, ties nothing.
    """
    if isinstance(statement, TextClause):
        _check_written(statement.text, sql)
        return
    tables: set[Any] = set()
    ties: dict[Any, set[Any]] = defaultdict(set)
    for element, is_met in _walk(statement):
        tables.update(_tables(element))
        for left, right in _equalities(element) if is_met else ():
            ties[left].add(right)
            ties[right].add(left)
        if isinstance(element, Insert) and COLUMN in element.table.c:
            _insert(element, ties, sql)
    reached, queue = {COLUMN}, [COLUMN]
    while queue:
        for other in ties[queue.pop()] - reached:
            reached.add(other)
            queue.append(other)
    loose = {table for table in tables if table not in reached}
    if loose:
        names = ", ".join(sorted(str(getattr(table, "name", table)) for table in loose))
        raise UnboundTenant(f"{names} not bound to the instance in: {sql}")


def _check_written(written: str, sql: str) -> None:
    """Refuse SQL that names the instance less often than it names tables."""
    parts = set(_WITH.findall(written))
    tables = [name for name in _TABLE.findall(written) if name not in parts]
    if written.count(":" + COLUMN) < max(1, len(tables)):
        raise UnboundTenant(sql)


def _walk(element: Any, *, is_met: bool = True) -> Iterator[tuple[Any, bool]]:
    """All parts of a statement, with whether every row of their query meets them."""
    is_met = is_met or isinstance(element, Select)
    yield element, is_met
    is_one_of_several = getattr(element, "operator", None) in (operators.or_, operators.inv)
    for child in element.get_children():
        yield from _walk(child, is_met=is_met and not is_one_of_several)


def _tables(element: Any) -> Iterator[Any]:
    if isinstance(element, Select):
        for child in element.get_children():
            yield from _leaves(child)
    elif isinstance(element, (Update, Delete, Insert)) and COLUMN in element.table.c:
        yield element.table


def _leaves(source: Any) -> Iterator[Any]:
    if isinstance(source, Join):
        yield from _leaves(source.left)
        yield from _leaves(source.right)
    elif (
        isinstance(source, Table)
        or (isinstance(source, Alias) and isinstance(source.element, Table))
    ) and COLUMN in source.c:
        yield source


def _equalities(element: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(element, BinaryExpression) and element.operator is operators.eq:
        ends = [_end(element.left), _end(element.right)]
        if None not in ends:
            yield ends[0], ends[1]


def _end(side: Any) -> Any:
    if isinstance(side, BindParameter):
        return COLUMN if side.key == COLUMN else None
    if isinstance(side, Column) and side.name == COLUMN:
        return side.table
    return None


def _insert(element: Insert, ties: dict[Any, set[Any]], sql: str) -> None:
    values: Any = element._values or {}  # noqa: SLF001  # no public view of an insert's values
    bound = any(
        getattr(column, "name", column) == COLUMN and _end(value) == COLUMN
        for column, value in values.items()
    )
    names = [getattr(name, "name", name) for name in element._select_names or ()]  # noqa: SLF001
    if not bound and COLUMN not in names:
        raise UnboundTenant(sql)
    ties[COLUMN].add(element.table)
    ties[element.table].add(COLUMN)
