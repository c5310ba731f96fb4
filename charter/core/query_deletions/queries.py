"""Every SQL statement about tombstones."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import DateTime, Text, any_, bindparam, delete, func, select
from sqlalchemy.dialects.postgresql import ARRAY, insert

from charter.core.query_deletions.model import FORGOTTEN_FOR, RecordKind, Tombstone
from charter.core.query_deletions.tables import tombstones
from charter.core.statements import NOW, columns
from charter.kernel.db import INSTANCE, Db, Statement

_kind = bindparam("kind", type_=Text)
_external_ids = bindparam("external_ids", type_=ARRAY(Text))
_until = bindparam("until", type_=DateTime(timezone=True))
_put = insert(tombstones).from_select(
    ["instance_id", "kind", "external_id", "forgotten_until"],
    select(INSTANCE, _kind, func.unnest(_external_ids, type_=Text), _until),
)
PUT = Statement[None](
    _put.on_conflict_do_update(
        index_elements=["instance_id", "kind", "external_id"],
        set_={"forgotten_until": _put.excluded.forgotten_until},
    )
)
FORGOTTEN = Statement(
    select(*columns(Tombstone, tombstones)).where(
        tombstones.c.instance_id == INSTANCE,
        tombstones.c.kind == _kind,
        tombstones.c.external_id == any_(_external_ids),
        tombstones.c.forgotten_until > NOW,
    ),
    Tombstone,
)
TAKE_BACK = Statement[None](
    delete(tombstones).where(
        tombstones.c.instance_id == INSTANCE,
        tombstones.c.kind == _kind,
        tombstones.c.external_id == bindparam("external_id", type_=Text),
    )
)
CLEAR = Statement[None](
    delete(tombstones).where(
        tombstones.c.forgotten_until < bindparam("before", type_=DateTime(timezone=True))
    ),
    across_instances="the worker clears the tombstones of all instances",
)


async def bury(db: Db, kind: RecordKind, external_ids: Sequence[str], now: datetime) -> None:
    """Keep for a while that these were deleted."""
    if external_ids:
        until = now + FORGOTTEN_FOR
        await db.run(PUT, kind=kind, external_ids=sorted(set(external_ids)), until=until)


async def forgotten(
    db: Db, kind: RecordKind, external_ids: Sequence[str], now: datetime
) -> frozenset[str]:
    """Those of some names whose records were deleted a short while ago."""
    if not external_ids:
        return frozenset()
    found = await db.all(FORGOTTEN, kind=kind, external_ids=list(external_ids), now=now)
    return frozenset(each.external_id for each in found)
