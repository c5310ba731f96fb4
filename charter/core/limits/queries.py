"""Every SQL statement about limits."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import DateTime, LargeBinary, Text, bindparam, case, delete, literal_column
from sqlalchemy.dialects.postgresql import insert

from charter.core.limits.tables import limit_counts
from charter.core.statements import NOW
from charter.kernel.db import INSTANCE, Db, Statement

_MOMENT = DateTime(timezone=True)


@dataclass(frozen=True, slots=True)
class Window:
    """How often something was done in the running window, and when that ends."""

    count: int
    ends_at: datetime


_counted = insert(limit_counts).values(
    instance_id=INSTANCE,
    name=bindparam("name", type_=Text),
    key=bindparam("key", type_=LargeBinary),
    count=literal_column("1"),
    ends_at=bindparam("until", type_=_MOMENT),
)
_is_over = limit_counts.c.ends_at <= NOW
COUNT = Statement(
    _counted.on_conflict_do_update(
        index_elements=["instance_id", "name", "key"],
        set_={
            "count": case((_is_over, 1), else_=limit_counts.c.count + 1),
            "ends_at": case((_is_over, _counted.excluded.ends_at), else_=limit_counts.c.ends_at),
        },
    ).returning(limit_counts.c.count, limit_counts.c.ends_at),
    Window,
)
CLEAR = Statement[None](
    delete(limit_counts).where(limit_counts.c.ends_at < bindparam("before", type_=_MOMENT)),
    across_instances="the worker clears the counts of all instances",
)


async def count(db: Db, name: str, key: bytes, *, now: datetime, until: datetime) -> Window:
    """Count once more; one statement, so that many at once are all counted."""
    found = await db.find(COUNT, name=name, key=key, now=now, until=until)
    assert found is not None  # noqa: S101  # an upsert always gives its row
    return found
