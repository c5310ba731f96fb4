"""Every SQL statement about the waitlist."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Text, bindparam, case, delete, null, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from charter.core.aggregates import object_of
from charter.core.invitations.model import Invitation
from charter.core.invitations.tables import invitations
from charter.core.invitations.terms import status_of
from charter.core.statements import NEWEST_FIRST, NOW, columns, inserting_new, refers, word
from charter.core.waitlist_entries.model import (
    WaitlistEntry,
    WaitlistEntryNotFound,
    WaitlistEntryRow,
    WaitlistStatus,
)
from charter.core.waitlist_entries.tables import waitlist_entries
from charter.kernel.db import INSTANCE, Db, Statement, columns_of
from charter.kernel.filters.fields import Field, Fields, FreeText
from charter.kernel.lists import Listing

_own = waitlist_entries.c.instance_id == INSTANCE
_by_id = waitlist_entries.c.id == bindparam("entry_id", type_=Text)


def _invitation_column(name: str) -> object:
    return status_of(invitations) if name == "status" else invitations.c[name]


SELECT = (
    select(
        *columns(
            WaitlistEntry,
            waitlist_entries,
            invitation=case(
                (invitations.c.id.is_(None), null()),
                else_=object_of(Invitation, _invitation_column),
            ),
        )
    )
    .select_from(
        waitlist_entries.outerjoin(
            invitations, refers(waitlist_entries.c.invitation_id, invitations)
        )
    )
    .where(_own)
)
"""Entries with their invitations; takes `now`."""

FIELDS: Fields = {
    "id": Field(waitlist_entries.c.id, str),
    "status": Field(waitlist_entries.c.status, WaitlistStatus),
    "email_address": Field(waitlist_entries.c.email_address, str, sortable=True),
    "email_address_text": FreeText(waitlist_entries.c.email_address),
    "invited_at": Field(invitations.c.created_at, datetime, sortable=True),
    "created_at": Field(waitlist_entries.c.created_at, datetime, sortable=True),
}
LISTING = Listing(SELECT, WaitlistEntry, FIELDS, waitlist_entries.c.id, order=NEWEST_FIRST)
ENTRY = Statement(SELECT.where(_by_id), WaitlistEntry)
ENTRY_BY_ADDRESS = Statement(
    SELECT.where(waitlist_entries.c.address_key == bindparam("address_key", type_=Text)),
    WaitlistEntry,
)
LOCK = Statement[None](select(waitlist_entries.c.id).where(_own, _by_id).with_for_update())
INSERT = inserting_new(waitlist_entries, "address_key")
SET_STATUS = Statement[None](
    update(waitlist_entries)
    .where(_own, _by_id)
    .values(
        status=bindparam("new_status", type_=Text),
        invitation_id=bindparam("new_invitation_id", type_=Text),
        updated_at=NOW,
    )
)
COMPLETE = Statement[Any](
    update(waitlist_entries)
    .where(
        _own,
        waitlist_entries.c.address_key == bindparam("address_keys", type_=ARRAY(Text)).any_(),
        waitlist_entries.c.status != word("completed"),
    )
    .values(status=word("completed"), updated_at=NOW)
    .returning(waitlist_entries.c.id)
)
DELETE = Statement[None](delete(waitlist_entries).where(_own, _by_id))


async def get_entry(db: Db, entry_id: str, now: datetime) -> WaitlistEntry:
    """The entry. Raises: WaitlistEntryNotFound."""
    missing = WaitlistEntryNotFound("waitlist_entry_id")
    return await db.one(ENTRY, missing=missing, entry_id=entry_id, now=now)


async def get_entry_by_address(db: Db, address_key: str, now: datetime) -> WaitlistEntry:
    """The entry of an address. Raises: WaitlistEntryNotFound."""
    missing = WaitlistEntryNotFound("email_address")
    return await db.one(ENTRY_BY_ADDRESS, missing=missing, address_key=address_key, now=now)


async def lock_entry(db: Db, entry_id: str, now: datetime) -> WaitlistEntry:
    """The entry, locked until the transaction ends. Raises: WaitlistEntryNotFound."""
    await db.value(LOCK, entry_id=entry_id)
    return await get_entry(db, entry_id, now)


async def insert_entry(db: Db, row: WaitlistEntryRow) -> bool:
    """Keep an entry. Returns: False, when the address has one."""
    return await db.value(INSERT, **columns_of(row)) is not None


async def set_status(
    db: Db, entry_id: str, status: WaitlistStatus, invitation_id: str | None, now: datetime
) -> None:
    """Write down what became of a locked entry."""
    await db.run(
        SET_STATUS,
        entry_id=entry_id,
        new_status=status.value,
        new_invitation_id=invitation_id,
        now=now,
    )


async def complete_entries(db: Db, address_keys: Sequence[str], now: datetime) -> tuple[str, ...]:
    """Write down that users signed up with these addresses. Returns: the ids of the entries."""
    rows = await db.all(COMPLETE, address_keys=list(address_keys), now=now)
    return tuple(row[0] for row in rows)
