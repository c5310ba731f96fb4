"""The parts of an export: each table that goes along, the form of its rows, and its statements."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

import msgspec
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    Numeric,
    PrimaryKeyConstraint,
    Table,
    Text,
    bindparam,
    cast,
    delete,
    func,
    literal_column,
    not_,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by

from charter.core.images.keeping import moved
from charter.core.tables import ALL
from charter.core.transfers.catalogue import CONTEXTS, RULES, Carried, Within
from charter.core.transfers.model import LinkInvalid
from charter.kernel.db import INSTANCE, Statement
from charter.kernel.secrets import SealRefused, Vault

HIGHEST_NUMBER = 2**53
"""More than any table counts; a sequence has room for a thousand times as many after it."""

_TYPES: dict[type, Any] = {
    Boolean: bool,
    BigInteger: Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)],
    Integer: Annotated[int, msgspec.Meta(ge=-(2**31), le=2**31 - 1)],
    Float: float,
    Numeric: Decimal,
    DateTime: Annotated[datetime, msgspec.Meta(tz=True)],
    Date: date,
    LargeBinary: bytes,
    JSONB: msgspec.Raw,
    Text: str,
}
_NUMBER = Annotated[int, msgspec.Meta(ge=1, le=HIGHEST_NUMBER)]
_NULL = b"null"
_SECRET = re.compile(r"(^|_)(secret|digest|sealed|password|passphrase|pem|token)(_|$)")
_PLAIN = re.compile(r"_(at|id|url|ttl|by|expires_at)$|^(is|has)_")
_QUOTED = re.compile(r"'(.*)'(::\w+)?")
_limit = bindparam("limit", type_=BigInteger)


class Inner:
    """A table whose rows go along within those of another.

    names: its columns in a file, but for those that say which row of the other it is. shown: its
    rows of a row of the other, as a text of JSON.
    """

    def __init__(self, table: Table, outer: Table) -> None:
        self.name = _name(table)
        [reference] = [r for r in table.foreign_key_constraints if r.referred_table is outer]
        self._reference = {_name(e.parent): _name(e.column) for e in reference.elements}
        columns = [c for c in table.columns if c.name not in self._reference and c.computed is None]
        for column in columns:
            if not isinstance(column.type, (BigInteger, Integer, Text)):
                raise TypeError(f"{column} is a type that PostgreSQL writes in its own way")
        self.names = tuple(map(_name, columns))
        row = msgspec.defstruct(
            self.name,
            [(_name(c), _type(c, is_sealed=False)) for c in columns],
            kw_only=True,
            forbid_unknown_fields=True,
        )
        self.rows_type = list[row]  # type: ignore[valid-type]  # made at run time
        parts: list[Any] = []
        for column in columns:
            parts += [literal_column(f"'{column.name}'"), column]
        keys = [c for c in columns if c.primary_key]
        gathered = func.json_agg(aggregate_order_by(func.json_build_object(*parts), *keys))
        self.shown = (
            select(func.coalesce(cast(gathered, Text), literal_column("'[]'", Text)))
            .where(*(table.c[own] == outer.c[of] for own, of in self._reference.items()))
            .correlate(outer)
            .scalar_subquery()
            .label(self.name)
        )

    def values(self, row: Any, outer: Mapping[str, Any]) -> dict[str, Any]:
        """A row of a file as values of the database. outer: those of the row that it stands in."""
        found = {own: outer[of] for own, of in self._reference.items() if of in outer}
        return found | {name: getattr(row, name) for name in self.names}


class Part:
    """A table that goes along.

    names: its columns in a file, but for `instance_id`. inner: tables whose rows stand in its rows.
    later: columns that refer to the table itself, which are set when all of its rows are there.
    number: the column that counts its rows. turns: statements that read its rows by pages, the
    first page and what follows a row; in the order of a file.
    """

    def __init__(self, table: Table, rule: Carried) -> None:
        self.table = table
        self.name = _name(table)
        self.rule = rule
        self._columns = [
            c
            for c in table.columns
            if c.name != "instance_id" and c.name not in rule.left and c.computed is None
        ]
        self.names = tuple(map(_name, self._columns))
        self.inner = tuple(
            Inner(other, table) for other in ALL if RULES.get(other.name) == Within(table.name)
        )
        own = map(_name, table.primary_key.columns)
        self.keys = tuple(name for name in own if name in self.names)
        self.later = _later(table)
        self.number = next((_name(c) for c in self._columns if c.identity is not None), None)
        self._json = {_name(c): c.nullable for c in self._columns if isinstance(c.type, JSONB)}
        self._sealed = {
            name: context
            for (of, name), context in CONTEXTS.items()
            if of == table.name and name in self.names
        }
        fields = [(_name(c), _type(c, is_sealed=c.name in self._sealed)) for c in self._columns]
        self.row = msgspec.defstruct(
            table.name,
            [
                field if (given := _default(column)) is msgspec.NODEFAULT else (*field, given)
                for field, column in zip(fields, self._columns, strict=True)
            ]
            + [(inner.name, inner.rows_type) for inner in self.inner],
            kw_only=True,
            forbid_unknown_fields=True,
        )
        self.decoder = msgspec.json.Decoder(self.row)
        self._make_statements()

    def written(
        self, record: Sequence[Any], vault: Vault, instance_id: str
    ) -> tuple[dict[str, Any], int]:
        """A record of the database as a row of a file, and how many values open under no key."""
        inner = [each.name for each in self.inner]
        values = dict(zip((*self.names, *inner), record, strict=True))
        broken = 0
        for name, context in self._sealed.items():
            if values[name] is not None:
                try:
                    values[name] = vault.open(
                        values[name], self._bound(context, instance_id, values)
                    )
                except SealRefused:
                    values[name] = None
                    broken += 1
        for name in self.later:
            values[name] = None
        for name in self._json:
            if values[name] is not None:
                values[name] = msgspec.Raw(values[name].encode())
        for name in inner:
            values[name] = msgspec.json.decode(values[name])
        return values, broken

    def rows(
        self, row: Any, vault: Vault, instance_id: str
    ) -> tuple[tuple[str, dict[str, Any]], ...]:
        """A row of a file with those within it: tables, and values of the database by column."""
        own = self._values(row, vault, instance_id)
        within = [
            (inner.name, inner.values(each, own))
            for inner in self.inner
            for each in getattr(row, inner.name)
        ]
        return (self.name, own), *within

    def _values(self, row: Any, vault: Vault, instance_id: str) -> dict[str, Any]:
        found = {name: getattr(row, name) for name in self.names}
        for name, context in self._sealed.items():
            if found[name] is not None:
                found[name] = vault.seal(found[name], self._bound(context, instance_id, found))
        for name, is_nullable in self._json.items():
            if found[name] is None or (is_nullable and bytes(found[name]) == _NULL):
                found[name] = None
        for name in self.rule.files:
            if found[name] is not None:
                found[name] = moved(found[name], instance_id)
        return found

    def id_of(self, row: Any) -> str | None:
        """What names a row within its table."""
        return "/".join(str(getattr(row, key)) for key in self.keys) or None

    def _bound(self, context: str, instance_id: str, values: Mapping[str, Any]) -> str:
        return context.format(instance_id=instance_id, **{key: values[key] for key in self.keys})

    def _make_statements(self) -> None:
        """The statements over the table, each bound to the instance."""
        table = self.table
        own = table.c["id" if self.name == "instances" else "instance_id"] == INSTANCE
        conditions = (own, self.rule.only(table)) if self.rule.only else (own,)
        shown = [cast(c, Text).label(c.name) if c.name in self._json else c for c in self._columns]
        shown += [inner.shown for inner in self.inner]
        turns: tuple[Any, ...] = ((),)
        if self.rule.first is not None:
            stands_first = self.rule.first(table)
            turns = ((stands_first,), (not_(stands_first),))
        self.turns = tuple(
            (
                Statement[Any](
                    select(*shown).where(*conditions, *turn).order_by(*self._keys()).limit(_limit)
                ),
                self._pages(shown, (*conditions, *turn)),
            )
            for turn in turns
        )
        self.count = Statement[int](select(func.count()).select_from(table).where(*conditions))
        self.some = Statement[int](select(literal_column("1")).where(*conditions).limit(1))
        self.empty = Statement[None](delete(table).where(own))
        self.links = self._pages_of(self.later, own)
        self.files = self._pages_of(self.rule.files, own)
        chosen = [table.c[n] == bindparam(f"key_{n}", type_=table.c[n].type) for n in self.keys]
        self.link = self._setting(self.later, (own, *chosen))
        self.replace = self._setting(self.names, (own,)) if self.name == "instances" else None
        if self.number is not None:
            self.highest = Statement[int](select(func.max(table.c[self.number])).where(own))

    def _keys(self) -> list[Any]:
        return [self.table.c[name] for name in self.keys]

    def _pages(self, shown: Sequence[Any], conditions: Sequence[Any]) -> "Statement[Any] | None":
        """What follows a row, in the order of the keys."""
        if not self.keys:
            return None
        given = [bindparam(f"key_{c.name}", type_=c.type) for c in self._keys()]
        return Statement[Any](
            select(*shown)
            .where(*conditions, tuple_(*self._keys()) > tuple_(*given))
            .order_by(*self._keys())
            .limit(_limit)
        )

    def _pages_of(self, names: Sequence[str], own: Any) -> "Statement[Any] | None":
        """The keys and these columns of the rows that have one of them."""
        if not names:
            return None
        of_row = self.table.c
        has_one = or_(*(of_row[name].is_not(None) for name in names))
        return self._pages([of_row[n] for n in (*self.keys, *names)], (own, has_one))

    def _setting(self, names: Sequence[str], conditions: Sequence[Any]) -> "Statement[None] | None":
        if not names:
            return None
        values = {n: bindparam(f"new_{n}", type_=self.table.c[n].type) for n in names}
        violates = {
            str(each.name): LinkInvalid
            for each in self.table.constraints
            if each.name is not None and not isinstance(each, PrimaryKeyConstraint)
        }
        change = update(self.table).where(*conditions).values(values)
        return Statement[None](change, violates=violates)


def looks_secret(column: Column[Any]) -> bool:
    """Whether a column needs a rule of its own."""
    if isinstance(column.type, LargeBinary):
        return True
    return bool(_SECRET.search(column.name)) and not _PLAIN.search(column.name)


def _name(of: Any) -> str:
    """The name of a table or column, as a plain text: SQLAlchemy's is one that no encoder takes."""
    return "".join(of.name)


def _later(table: Table) -> tuple[str, ...]:
    return tuple(
        _name(column)
        for reference in table.foreign_key_constraints
        if reference.referred_table is table
        for column in reference.columns
        if column.name != "instance_id"
    )


def _type(column: Column[Any], *, is_sealed: bool) -> Any:
    """What a value of a column is in a file."""
    if column.identity is not None:
        return _NUMBER
    if isinstance(column.type, ARRAY):
        made: Any = list[_plain(column.type.item_type)]  # type: ignore[misc]  # made at run time
    else:
        made = _plain(column.type)
    # A value that no key opened is null in the file, and refused when it is read.
    is_nullable = column.nullable or is_sealed
    # Raw takes every value there is, null as well.
    return made | None if is_nullable and made is not msgspec.Raw else made


def _plain(kind: Any) -> Any:
    for each in type(kind).__mro__:
        if each in _TYPES:
            return _TYPES[each]
    raise TypeError(f"{kind} is a type that no export knows; add it to _TYPES")


def _default(column: Column[Any]) -> Any:
    """What a column holds that the export of an older version does not name."""
    if column.nullable:
        return None
    if column.server_default is None or column.identity is not None:
        return msgspec.NODEFAULT
    text = str(getattr(column.server_default, "arg", ""))
    quoted = _QUOTED.fullmatch(text)
    if quoted is None:
        return msgspec.json.decode(text)
    if isinstance(column.type, JSONB):
        return msgspec.Raw(quoted[1].encode())
    return msgspec.field(default_factory=list) if isinstance(column.type, ARRAY) else quoted[1]


PARTS = tuple(
    Part(table, rule) for table in ALL if isinstance(rule := RULES.get(table.name), Carried)
)
"""Every table that goes along, each after those it refers to."""

BY_NAME = {part.name: part for part in PARTS}
