"""Seals the event stream into the audit log: copies each event, chained to the one before."""

import dataclasses
from itertools import groupby

from charter.core.audit import queries
from charter.core.audit.model import GENESIS, AuditEntry, entry_hash
from charter.kernel import events
from charter.kernel.db import Db
from charter.kernel.platform import Platform

CONSUMER = "audit"
BATCH = 500


async def seal(platform: Platform) -> int:
    """Seal what has settled since the last time. One worker at a time; the others find nothing.

    Returns: how many entries were written.
    """
    db = platform.database.writing("")
    committed = False
    try:
        sealed = await _seal(db)
        committed = True
        return sealed
    finally:
        await db.end(commit=committed)


async def _seal(db: Db) -> int:
    cursor = await db.find(queries.LOCK_CURSOR, consumer=CONSUMER)
    if cursor is None:
        # Held by another worker, or not there yet.
        await db.run(queries.MAKE_CURSOR, consumer=CONSUMER)
        return 0
    settled = await db.all(
        events.SETTLED, transaction_id=cursor.transaction_id, position=cursor.position, limit=BATCH
    )
    if not settled:
        return 0
    ordered = sorted(settled, key=lambda event: (event.instance_id, event.position))
    for instance_id, own in groupby(ordered, key=lambda event: event.instance_id):
        tenant = db.of_instance(instance_id)
        end = await queries.find_chain_end(tenant)
        sequence, previous = (end.sequence, end.hash) if end else (0, GENESIS)
        entries = []
        for event in own:
            sequence += 1
            entry = _entry(event, sequence, previous)
            previous = entry.hash
            entries.append(entry)
        await tenant.insert_all(queries.INSERT, entries)
    last = settled[-1]
    await db.run(
        queries.MOVE_CURSOR,
        consumer=CONSUMER,
        new_transaction_id=last.transaction_id,
        new_position=last.position,
    )
    return len(settled)


def _entry(event: events.RecordedEvent, sequence: int, previous: bytes) -> AuditEntry:
    unsealed = AuditEntry(
        sequence=sequence,
        event_id=event.id,
        name=event.name,
        subject_id=event.subject_id,
        organization_id=event.organization_id,
        actor=event.actor,
        request=event.request,
        before=event.before,
        after=event.after,
        occurred_at=event.occurred_at,
        previous_hash=previous,
        hash=b"",
    )
    return dataclasses.replace(unsealed, hash=entry_hash(unsealed))
