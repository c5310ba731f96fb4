"""Writes rows by COPY, and finds those that the database refuses."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from charter.core.transfers.model import Rejection
from charter.kernel.db import Db, RowRefused

_REASONS = {
    "pk": "duplicate",
    "uq": "duplicate",
    "fk": "missing_reference",
    "ck": "not_allowed",
}
_SENTENCES = {
    "duplicate": "The instance has such a row already ({constraint}).",
    "missing_reference": "It refers to a row that is not there ({constraint}).",
    "not_allowed": "Its values do not go together ({constraint}).",
    "not_written": "The database does not take it: {reason}.",
}


@dataclass(frozen=True, slots=True)
class Unit:
    """Rows that are written together or not at all, by table.

    record: the number of what they come from. of: the table that stands for it.
    """

    record: int
    of: str
    id: str | None
    rows: tuple[tuple[str, dict[str, Any]], ...]


Name = Callable[[str], tuple[str, str | None] | None]
"""The code and the sentence of a constraint that the core has an error for."""


async def write(db: Db, units: Sequence[Unit], *, named: Name | None = None) -> list[Rejection]:
    """Write what can be written of these. Returns: what cannot, with the reasons.

    All at once; where one is refused, each half by itself, until it is found.
    """
    if not units:
        return []
    try:
        async with db.savepoint():
            await _copy(db, units)
    except RowRefused as refused:
        if len(units) > 1:
            middle = len(units) // 2
            before = await write(db, units[:middle], named=named)
            return before + await write(db, units[middle:], named=named)
        return [_rejection(units[0], refused, named)]
    return []


async def _copy(db: Db, units: Sequence[Unit]) -> None:
    by_table: dict[str, list[dict[str, Any]]] = {}
    for unit in units:
        for table, row in unit.rows:
            by_table.setdefault(table, []).append(row)
    for table, rows in by_table.items():
        await db.copy(table, tuple(rows[0]), [tuple(row.values()) for row in rows])


def _rejection(unit: Unit, refused: RowRefused, named: Name | None) -> Rejection:
    constraint = refused.constraint
    known = named(constraint) if named is not None else None
    if known is not None:
        return Rejection(unit.record, unit.of, unit.id, known[0], known[1] or "")
    code = _REASONS.get(constraint[:2], "not_written")
    # What the database says of values may repeat them: only its first line, and no detail.
    reason = refused.reason.splitlines()[0].rstrip(".") if refused.reason else "unknown"
    sentence = _SENTENCES[code].format(constraint=constraint, reason=reason)
    return Rejection(unit.record, unit.of, unit.id, code, sentence)
