"""Lists: what one is asked (Search), what it answers (Found), and how it is declared (Listing)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Generic, NamedTuple, TypeVar

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Select,
    bindparam,
    func,
    literal_column,
    select,
)

from charter.kernel.db import Db, Statement
from charter.kernel.errors import InvalidInput
from charter.kernel.filters import sql
from charter.kernel.filters.fields import Fields
from charter.kernel.filters.lift import Shape, has_part, lift
from charter.kernel.filters.tree import Node, Order, Place, Text, every
from charter.kernel.filters.values import plain_text

__all__ = ["Found", "Listing", "Order", "Search", "Statements"]

T = TypeVar("T")
MAX_SHAPES = 512
MAX_OFFSET = 2**31 - 1
USUAL_LIMITS = frozenset({10, 20, 21, 50, 100, 101, 500})
"""Limits that stand in the statement itself. Of a limit that is a parameter PostgreSQL has to think
it might be a tenth of the table, so it would plan every such page anew."""
REACHES = (100, 1_000, 10_000, 100_000, 1_000_000, 2 * MAX_OFFSET)
"""Bounds that stand in the statement of a page behind the first: the least of them that the page
ends within. For an offset that is a parameter PostgreSQL takes a tenth of all rows, whatever there
are, so a large table's page would be planned anew each time; so it takes a tenth of the bound."""
LIMIT, OFFSET, AFTER, BEHIND = "page_limit", "page_offset", "page_after", "page_behind_{}"


@dataclass(frozen=True)
class Search:
    """What a caller asks of a list.

    `limit` and `offset` count rows. `after` is the id of a row: the page starts behind it, and
    is empty if the list does not hold it. `behind` are the values that a row has in the keys of
    the order, its id the last: the page starts where that row stands or stood. An empty `order`
    is the list's own. `most_counted` bounds what a total may cost.
    """

    where: Node | None = None
    order: tuple[Order, ...] = ()
    limit: int = 10
    offset: int = 0
    with_total: bool = True
    most_counted: int | None = None
    after: str | None = None
    behind: tuple[Any, ...] | None = None

    def narrowed(self, condition: Node | None) -> "Search":
        """The same search, for rows that meet a condition as well; None is no condition."""
        return replace(self, where=every(self.where, condition))


@dataclass(frozen=True)
class Found(Generic[T]):
    """A page of a list.

    `total` counts all matches, on all pages; None if nobody asked, or beyond `most_counted`.
    """

    items: tuple[T, ...]
    total: int | None = None


class Statements(NamedTuple, Generic[T]):
    """What answers a search: its page, its count if asked for, and the values of both."""

    page: Statement[T]
    total: Statement[Any] | None
    values: dict[str, Any]


def _given(keys: Sequence[sql.Key]) -> Callable[[ColumnElement[Any]], ColumnElement[Any]]:
    """The value that a search gives for each key of its order."""
    given = [
        (key.column, bindparam(BEHIND.format(number), type_=key.column.type))
        for number, key in enumerate(keys)
    ]
    return lambda column: next(value for known, value in given if known is column)


def _reach(search: Search) -> int:
    return next(reach for reach in REACHES if search.offset + search.limit <= reach)


def _is_planned_once(limit: int, shape: Shape | None) -> bool:
    """Whether the plan of a page may serve whatever the values are.

    Not where a part of a text is looked for: it may be in every row, or in none. One plan for all
    would walk the order to find a few rows, which for a rare part is through the whole table. As a
    parameter the limit makes that plan so dear that each search is planned for its own values.
    """
    return limit in USUAL_LIMITS and not (shape is not None and has_part(shape))


class Listing(Generic[T]):
    """A list: the rows of `base`, which says who may see what, filtered and ordered by `fields`.

    `row` is the dataclass of a row, as for a Statement. `base` has neither order nor limit.
    Every order ends with `id_column`. `counted` has the same rows without what they are joined with
    for their columns alone, so that they can be counted in an index. A statement is made once for
    each shape of search, and the MAX_SHAPES used last are kept.
    """

    def __init__(
        self,
        base: Select[Any],
        row: type[T],
        fields: Fields,
        id_column: Column[Any],
        *,
        order: tuple[Order, ...],
        most: int = 1000,
        counted: Select[Any] | None = None,
    ) -> None:
        self.fields = fields
        self._base = base
        self._counted = base if counted is None else counted
        self._row = row
        self._id_column = id_column
        self._order = order
        self._most = most
        self._page = lru_cache(MAX_SHAPES)(self._make_page)
        self._count = lru_cache(MAX_SHAPES)(self._make_count)
        # Made at import, so that a list that cannot be asked at all fails there.
        self.statements(Search())

    def statements(self, search: Search) -> Statements[T]:
        """The statements for a search; the same ones for each search of the same shape.

        Raises: FilterType; InvalidInput for a limit or an offset out of range.
        """
        if not 0 <= search.limit <= self._most:
            raise InvalidInput("limit", reason=f"it must be from 0 to {self._most}")
        if not 0 <= search.offset <= MAX_OFFSET:
            raise InvalidInput("offset", reason=f"it must be from 0 to {MAX_OFFSET}")
        shape: Shape | None = None
        values: dict[str, Any] = {}
        if search.where is not None:
            shape, values = lift(search.where, self.fields)
        values[LIMIT], values[OFFSET] = search.limit, search.offset
        if search.after is not None:
            values[AFTER] = plain_text(Text(search.after, Place("after")))
        order = search.order or self._order
        if search.behind is not None:
            values |= {BEHIND.format(number): each for number, each in enumerate(search.behind)}
        page = self._page(
            shape,
            order,
            is_after=search.after is not None,
            is_behind=search.behind is not None,
            reach=_reach(search) if search.offset else None,
            usual_limit=search.limit if _is_planned_once(search.limit, shape) else None,
        )
        total = self._count(shape, search.most_counted) if search.with_total else None
        return Statements(page, total, values)

    async def search(self, db: Db, search: Search, **parameters: Any) -> Found[T]:
        """The page that a search asks for. `parameters` are those of `base`.

        Raises: FilterType; InvalidInput for a limit or an offset out of range.
        """
        page, total, values = self.statements(search)
        values.update(parameters)
        items = await db.all(page, **values)
        if total is None:
            return Found(items)
        # A page that is not full ends the list, so its total is known.
        is_end = len(items) < search.limit and (items or not search.offset)
        if is_end and search.after is None and search.behind is None:
            return Found(items, search.offset + len(items))
        counted = await db.value(total, **values)
        is_known = search.most_counted is None or counted <= search.most_counted
        return Found(items, counted if is_known else None)

    async def count(self, db: Db, where: Node | None, **parameters: Any) -> int:
        """The number of rows that meet a condition. Raises: FilterType."""
        shape, values = lift(where, self.fields) if where is not None else (None, {})
        return int(await db.value(self._count(shape, None), **values, **parameters))

    def _filtered(
        self, rows: Select[Any], shape: Shape | None, *, by_pairs: bool = True
    ) -> Select[Any]:
        if shape is None:
            return rows
        return rows.where(sql.lower(shape, self.fields, by_pairs=by_pairs))

    def _make_page(
        self,
        shape: Shape | None,
        order: tuple[Order, ...],
        *,
        is_after: bool,
        is_behind: bool,
        reach: int | None,
        usual_limit: int | None,
    ) -> Statement[T]:
        keys = sql.keys(order, self.fields, self._id_column)
        clauses = [key.clause() for key in keys]
        page = self._filtered(self._base, shape)
        if is_after:
            page = page.where(sql.after(keys, self._value_of_start))
        if is_behind:
            page = page.where(sql.after(keys, _given(keys)))
        limit: Any = bindparam(LIMIT, type_=BigInteger)
        if usual_limit is not None:
            limit = literal_column(str(usual_limit))
        if reach is None:
            page = page.order_by(*clauses).limit(limit)
        else:
            page = self._base.where(self._id_column.in_(self._chosen(page, keys, reach, limit)))
            page = page.order_by(*clauses)
        return Statement(page, self._row)

    def _chosen(
        self, rows: Select[Any], keys: Sequence[sql.Key], reach: int, limit: Any
    ) -> Select[Any]:
        # The rows of a page behind the first are chosen by their ids first: all columns of a row
        # that is only skipped would be computed too.
        named = [key.column.label(f"key_{number}") for number, key in enumerate(keys)]
        within = (
            rows.with_only_columns(self._id_column, *named, maintain_column_froms=True)
            .order_by(*(key.clause() for key in keys))
            .limit(literal_column(str(reach)))
            .correlate(None)
            .subquery()
        )
        again = [
            replace(key, column=within.c[name.name]).clause()
            for key, name in zip(keys, named, strict=True)
        ]
        chosen = select(within.c[self._id_column.name]).order_by(*again).limit(limit)
        return chosen.offset(bindparam(OFFSET, type_=BigInteger))

    def _make_count(self, shape: Shape | None, most: int | None) -> Statement[Any]:
        # Only a full page is counted: of many rows, an index of the text alone tells how many.
        rows: Select[Any] = self._filtered(self._counted, shape, by_pairs=False).with_only_columns(
            literal_column("1"), maintain_column_froms=True
        )
        if most is not None:
            rows = rows.limit(literal_column(str(most + 1)))
        return Statement(select(func.count()).select_from(rows.subquery()))

    def _value_of_start(self, column: Any) -> Any:
        # Read through `base`, so that a row the caller may not see cannot be probed.
        start = self._base.with_only_columns(column, maintain_column_froms=True).where(
            self._id_column == bindparam(AFTER, type_=self._id_column.type)
        )
        return start.correlate(None).scalar_subquery()
