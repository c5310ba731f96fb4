"""Every SQL statement about accountless applications."""

from datetime import datetime
from typing import Any

from sqlalchemy import Table, Text, bindparam, delete, exists, func, select, update

from charter.core.accountless_applications.model import (
    AccountlessApplication,
    AccountlessApplicationNotFound,
)
from charter.core.accountless_applications.tables import accountless_applications
from charter.core.applications.tables import applications
from charter.core.instances.tables import instances
from charter.core.oauth_applications.tables import oauth_applications
from charter.core.organizations.tables import organizations
from charter.core.statements import NOW, columns
from charter.core.tables import ALL
from charter.core.users.tables import users
from charter.kernel.db import INSTANCE, Db, Statement, inserting

_columns = columns(AccountlessApplication, accountless_applications)
_own = accountless_applications.c.instance_id == INSTANCE

INSERT = inserting(accountless_applications)
OF_INSTANCE = Statement(select(*_columns).where(_own), AccountlessApplication)
LOCK = Statement(select(*_columns).where(_own).with_for_update(), AccountlessApplication)
COUNT = Statement[Any](
    select(func.count()).select_from(accountless_applications),
    across_instances="the operator limits how many there are on the server",
)
LOCK_COUNT = Statement[None](
    # What all who add one wait for, whatever instance they make.
    select(func.pg_advisory_xact_lock(func.hashtextextended("accountless_applications", 0)))
)
CLAIM = Statement[None](
    update(accountless_applications).where(_own).values(claimed_at=NOW, updated_at=NOW)
)
COMPLETE = Statement[None](
    update(accountless_applications).where(_own).values(completed_at=NOW, updated_at=NOW)
)

RECORD = frozenset({"audit_entries", "events"})
"""What stays of an instance that is removed: that it was there, and went."""


def _emptying(table: Table) -> Statement[None]:
    return Statement(delete(table).where(table.c.instance_id == INSTANCE))


EMPTY = tuple(
    _emptying(table)
    for table in reversed(ALL)
    if "instance_id" in table.c and table.name not in RECORD
)
"""What deletes the rows of each table, those first that refer to others."""
DELETE_INSTANCE = Statement[None](delete(instances).where(instances.c.id == INSTANCE))
DELETE_APPLICATION = Statement[None](
    delete(applications).where(
        applications.c.id == bindparam("application_id", type_=Text),
        ~exists().where(instances.c.application_id == applications.c.id),
    ),
    across_instances="an application may be over several instances",
)


def _pictures(table: Table) -> Statement[Any]:
    return Statement(
        select(table.c.image_key).where(
            table.c.instance_id == INSTANCE, table.c.image_key.is_not(None)
        )
    )


PICTURES = tuple(_pictures(table) for table in (users, organizations, oauth_applications))
"""The keys of files that go with an instance."""


async def get(db: Db) -> AccountlessApplication:
    """That of the instance. Raises: AccountlessApplicationNotFound."""
    return await db.one(OF_INSTANCE, missing=AccountlessApplicationNotFound())


async def lock(db: Db) -> AccountlessApplication:
    """That of the instance, locked until the transaction ends.

    Raises: AccountlessApplicationNotFound.
    """
    return await db.one(LOCK, missing=AccountlessApplicationNotFound())


async def count(db: Db) -> int:
    """How many there are on the server, claimed ones too."""
    return int(await db.value(COUNT))


async def lock_count(db: Db) -> int:
    """How many there are; nobody adds one until the transaction ends."""
    await db.value(LOCK_COUNT)
    return await count(db)


async def claim(db: Db, now: datetime) -> AccountlessApplication:
    """Note that it is claimed; it as it is now."""
    await db.run(CLAIM, now=now)
    return await get(db)


async def complete(db: Db, now: datetime) -> AccountlessApplication:
    """Note that its start is complete; it as it is now."""
    await db.run(COMPLETE, now=now)
    return await get(db)


async def delete_instance(db: Db, application_id: str) -> None:
    """Delete the instance with all that is in it, and its application if it has no other."""
    for statement in EMPTY:
        await db.run(statement)
    await db.run(DELETE_INSTANCE)
    await db.run(DELETE_APPLICATION, application_id=application_id)
