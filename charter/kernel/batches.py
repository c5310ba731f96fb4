"""Writes that wait for one another, so that many tables are written in one round trip."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from charter.kernel.rows import columns_of

MAX_SHAPES = 1024
MOST_ARGUMENTS = 4_000
"""Of a statement. The protocol takes eight times as many, but each size is a text of its own."""
_PARAMETER = re.compile(r"\$(\d+)")
_VALUES = " VALUES "
_MORE = re.compile(r"\b(ON CONFLICT|RETURNING)\b")


class Write(NamedTuple):
    """A statement that waits, with the row it inserts or its parameters by name."""

    statement: Any
    instance_id: str
    given: Any

    def arguments(self) -> list[Any]:
        """The values of its parameters, in its order."""
        given = self.given
        named = given if isinstance(given, dict) else columns_of(given)
        found: list[Any] = self.statement.arguments(self.instance_id, named)
        return found


class Part(NamedTuple):
    """The text of a statement, and how often it is written."""

    sql: str
    times: int
    must_touch: bool


class Batch:
    """Writes in the order in which they were asked for, sent as one statement, or as few.

    None of them sees what another wrote, so at most one may touch a row; foreign keys between
    them are checked when all are done. Rows inserted by one statement keep their order.
    """

    def __init__(self) -> None:
        self._waiting: list[Write] = []

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def add(self, write: Write) -> None:
        """Have a write wait for the others."""
        self._waiting.append(write)

    def replace(self, row: Any, other: Any) -> bool:
        """Put another row in the place of one that waits. Returns: whether it still waited."""
        for place, write in enumerate(self._waiting):
            if write.given is row:
                self._waiting[place] = write._replace(given=other)
                return True
        return False

    def alter(self, statement: Any, known: Mapping[str, Any], changes: Mapping[str, Any]) -> bool:
        """Change parameters of a statement that waits with `known` ones.

        Returns: whether it still waited.
        """
        for place, write in enumerate(self._waiting):
            if write.statement is statement and known.items() <= write.given.items():
                self._waiting[place] = write._replace(given={**write.given, **changes})
                return True
        return False

    def take(self) -> "Together":
        """What waits, as one statement: the first of it, where it is too much for one."""
        grouped: dict[Any, list[list[Any]]] = {}
        count = taken = 0
        for write in self._waiting:
            arguments = write.arguments()
            count += len(arguments)
            if taken and count > MOST_ARGUMENTS:
                break
            grouped.setdefault(write.statement, []).append(arguments)
            taken += 1
        del self._waiting[:taken]
        parts: list[Part] = []
        violates: dict[str, Any] = {}
        for statement, rows in grouped.items():
            parts += _parts(statement, len(rows))
            violates.update(statement.violates)
        values = [value for rows in grouped.values() for row in rows for value in row]
        return Together(_text(tuple(parts)), values, violates)


@dataclass(frozen=True, slots=True)
class Together:
    """Several writes as one statement."""

    sql: str
    arguments: list[Any]
    violates: Mapping[str, Any]


def _parts(statement: Any, times: int) -> list[Part]:
    # Rows of one INSERT stand in one list of values, which numbers them in their order.
    sql, must_touch = statement.sql, statement.must_touch
    if _is_plain(sql):
        return [Part(sql, times, must_touch)]
    return [Part(sql, 1, must_touch)] * times


@lru_cache(MAX_SHAPES)
def _is_plain(sql: str) -> bool:
    return sql.startswith("INSERT") and _VALUES in sql and not _MORE.search(sql)


@lru_cache(MAX_SHAPES)
def _text(parts: tuple[Part, ...]) -> str:
    taken = 0
    written: list[str] = []
    for sql, times, _ in parts:
        head, values, row = sql.partition(_VALUES)
        if times == 1:
            head, values, row = "", "", sql
        count = len(set(_PARAMETER.findall(row)))
        rows = [_shifted(row, taken + each * count) for each in range(times)]
        written.append(head + values + ", ".join(rows))
        taken += count * times
    checks = [
        f"must_touch((SELECT count(*) FROM write_{number}))"
        for number, part in enumerate(parts)
        if part.must_touch
    ]
    if checks:
        written.append("SELECT " + ", ".join(checks))
    *others, last = written
    if not others:
        return last
    named = ", ".join(f"write_{number} AS ({each})" for number, each in enumerate(others))
    return f"WITH {named} {last}"


def _shifted(sql: str, by: int) -> str:
    return _PARAMETER.sub(lambda found: f"${int(found[1]) + by}", sql)
