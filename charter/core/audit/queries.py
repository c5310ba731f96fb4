"""Every SQL statement about the audit log."""

from sqlalchemy import BigInteger, Text, bindparam, select, text, update

from charter.core.audit.model import AuditEntry, ChainEnd, Cursor
from charter.core.audit.tables import audit_entries, stream_cursors
from charter.core.statements import columns
from charter.kernel.db import INSTANCE, Db, Statement, inserting
from charter.kernel.filters.fields import Field
from charter.kernel.filters.tree import Op, Order
from charter.kernel.lists import Listing

_above = "the worker reads the stream of all instances"
_consumer = bindparam("consumer", type_=Text)

MAKE_CURSOR = Statement[None](
    text(
        "INSERT INTO stream_cursors (consumer, transaction_id, position) VALUES (:consumer, 0, 0)"
        " ON CONFLICT DO NOTHING"
    ),
    across_instances=_above,
)
LOCK_CURSOR = Statement(
    select(stream_cursors.c.transaction_id, stream_cursors.c.position)
    .where(stream_cursors.c.consumer == _consumer)
    .with_for_update(skip_locked=True),
    Cursor,
    across_instances=_above,
)
MOVE_CURSOR = Statement[None](
    update(stream_cursors)
    .where(stream_cursors.c.consumer == _consumer)
    .values(
        transaction_id=bindparam("new_transaction_id", type_=BigInteger),
        position=bindparam("new_position", type_=BigInteger),
    ),
    across_instances=_above,
)

_entries = select(*columns(AuditEntry, audit_entries)).where(
    audit_entries.c.instance_id == INSTANCE
)
CHAIN_END = Statement(
    select(audit_entries.c.sequence, audit_entries.c.hash)
    .where(audit_entries.c.instance_id == INSTANCE)
    .order_by(audit_entries.c.sequence.desc())
    .limit(1),
    ChainEnd,
)
CHAIN = Statement(
    _entries.where(audit_entries.c.sequence > bindparam("after", type_=BigInteger))
    .order_by(audit_entries.c.sequence)
    .limit(1000),
    AuditEntry,
)
INSERT = inserting(audit_entries)

FIELDS = {
    "sequence": Field(audit_entries.c.sequence, int, sortable=True),
    "name": Field(audit_entries.c.name, str, ops=frozenset({Op.EQ, Op.IN, Op.STARTS_WITH})),
    "subject_id": Field(audit_entries.c.subject_id, str),
    "organization_id": Field(audit_entries.c.organization_id, str),
}
"""All that the log may be filtered by."""

ENTRIES = Listing(
    _entries, AuditEntry, FIELDS, audit_entries.c.event_id, order=(Order("sequence", True),)
)


async def find_chain_end(db: Db) -> ChainEnd | None:
    """The last entry of the instance's chain, or None."""
    return await db.find(CHAIN_END)
