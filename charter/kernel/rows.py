"""Turns database records into frozen dataclasses, by their types, checked at import."""

import dataclasses
import types
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum
from typing import Any

import msgspec
from sqlalchemy import Executable
from sqlalchemy.sql.dml import UpdateBase

READ_ONLY: Mapping[str, bool] = types.MappingProxyType({"is_read_only": True})
"""The metadata of a field that is read with a row and is no column of it."""


def maker(row: Any, statement: Executable) -> Callable[[Sequence[Any]], Any]:
    """The function that turns a record into `row`; checks names at import."""
    if row is None:
        return lambda record: record
    names = [column.name for column in _columns(statement)]
    fields = [field.name for field in dataclasses.fields(row)]
    if names != fields:
        raise TypeError(f"{row.__name__} has the fields {fields}, its statement gives {names}")
    hints = typing.get_type_hints(row)
    decoders = [
        (index, decoder)
        for index, name in enumerate(fields)
        if (decoder := _decoder(hints[name])) is not None
    ]
    if not decoders:
        return lambda record: row(*record)

    def make(record: Sequence[Any]) -> Any:
        values = list(record)
        for index, decode in decoders:
            if values[index] is not None:
                values[index] = decode(values[index])
        return row(*values)

    return make


def _columns(statement: Any) -> Iterable[Any]:
    if isinstance(statement, UpdateBase):
        return statement._returning  # noqa: SLF001  # the public view of it loses the order
    return typing.cast("Iterable[Any]", statement.selected_columns)


def _decoder(hint: Any) -> Callable[[Any], Any] | None:
    """How a column's value becomes a field of the given type; None where it already is one."""
    origin, parts = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        options = [option for option in parts if option is not type(None)]
        return _decoder(options[0]) if len(options) == 1 else None
    if dataclasses.is_dataclass(hint) or (origin is tuple and dataclasses.is_dataclass(parts[0])):
        return _json(hint)
    if origin in (tuple, frozenset):
        return typing.cast("Callable[[Any], Any]", origin)
    return hint if isinstance(hint, type) and issubclass(hint, Enum) else None


def _json(hint: Any) -> Callable[[Any], Any]:
    decoder = msgspec.json.Decoder(hint)

    def decode(value: Any) -> Any:
        if isinstance(value, str):
            return decoder.decode(value)
        return msgspec.convert(value, hint)

    return decode


_written: dict[type, tuple[str, ...]] = {}


def written_names(row: type) -> tuple[str, ...]:
    """The fields of a dataclass that are columns of its row: all but those that are READ_ONLY."""
    names = _written.get(row)
    if names is None:
        fields = dataclasses.fields(row)
        names = tuple(each.name for each in fields if not each.metadata.get("is_read_only"))
        _written[row] = names
    return names


def columns_of(row: Any) -> dict[str, Any]:
    """A dataclass as column values, for `inserting`."""
    return {name: getattr(row, name) for name in written_names(type(row))}
