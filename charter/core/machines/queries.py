"""Every SQL statement about machines."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    DateTime,
    Integer,
    LargeBinary,
    Text,
    any_,
    bindparam,
    delete,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert

from charter.core.aggregates import gathered
from charter.core.machines.model import (
    Machine,
    MachineNotFound,
    MachineRow,
    MachineScope,
    MachineSecretRow,
    ScopedMachine,
)
from charter.core.machines.tables import machine_scopes, machine_secrets, machines
from charter.core.statements import NEWEST_FIRST, NOW, columns, refers
from charter.kernel.db import INSTANCE, Db, Statement, inserting
from charter.kernel.filters.fields import Field, Fields, FreeText
from charter.kernel.lists import Listing


@dataclass(frozen=True, slots=True)
class MachineHolder:
    """The machine that a secret stands for, and until when it does."""

    instance_id: str
    machine_id: str
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class SealedSecret:
    """The current secret of a machine, sealed."""

    id: str
    sealed_secret: bytes = field(repr=False)


_machine_id = bindparam("machine_id", type_=Text)
_until = bindparam("until", type_=DateTime(timezone=True))
_by_id = (machines.c.instance_id == INSTANCE, machines.c.id == _machine_id)
_scoped = machines.alias("scoped")
_scoped_machines = gathered(
    ScopedMachine,
    _scoped,
    machine_scopes.c.instance_id == machines.c.instance_id,
    machine_scopes.c.from_machine_id == machines.c.id,
    refers(machine_scopes.c.to_machine_id, _scoped),
    correlate=machines,
)
SELECT = select(*columns(Machine, machines, scoped_machines=_scoped_machines)).where(
    machines.c.instance_id == INSTANCE
)
FIELDS: Fields = {
    "id": Field(machines.c.id, str),
    "name": Field(machines.c.name, str, sortable=True),
    "name_text": FreeText(machines.c.name),
    "created_at": Field(machines.c.created_at, datetime, sortable=True),
}
LISTING = Listing(SELECT, Machine, FIELDS, machines.c.id, order=NEWEST_FIRST)
MACHINE = Statement(SELECT.where(machines.c.id == _machine_id), Machine)
LOCK = Statement[None](select(machines.c.id).where(*_by_id).with_for_update())
KNOWN = Statement[Any](
    select(func.count())
    .select_from(machines)
    .where(
        machines.c.instance_id == INSTANCE,
        machines.c.id == any_(bindparam("machine_ids", type_=ARRAY(Text))),
    )
)
INSERT = inserting(machines)
UPDATE = Statement[None](
    update(machines)
    .where(*_by_id)
    .values(
        name=bindparam("name", type_=Text),
        default_token_ttl=bindparam("default_token_ttl", type_=Integer),
        updated_at=NOW,
    )
)
DELETE = Statement[None](delete(machines).where(*_by_id))

_scope_columns = columns(MachineScope, machine_scopes)
_of_machine = (
    machine_scopes.c.instance_id == INSTANCE,
    machine_scopes.c.from_machine_id == bindparam("from_machine_id", type_=Text),
)
COUNT_SCOPES = Statement[Any](select(func.count()).select_from(machine_scopes).where(*_of_machine))
INSERT_SCOPE = Statement(
    insert(machine_scopes)
    .values(
        instance_id=INSTANCE,
        from_machine_id=bindparam("from_machine_id", type_=Text),
        to_machine_id=bindparam("to_machine_id", type_=Text),
        created_at=NOW,
    )
    .on_conflict_do_nothing()
    .returning(*_scope_columns),
    MachineScope,
)
INSERT_SCOPES = inserting(machine_scopes)
DELETE_SCOPE = Statement(
    delete(machine_scopes)
    .where(*_of_machine, machine_scopes.c.to_machine_id == bindparam("to_machine_id", type_=Text))
    .returning(*_scope_columns),
    MachineScope,
)

HOLDER = Statement(
    select(
        machine_secrets.c.instance_id,
        machine_secrets.c.machine_id,
        machine_secrets.c.expires_at,
    ).where(
        machine_secrets.c.digest == bindparam("digest", type_=LargeBinary),
        or_(machine_secrets.c.expires_at.is_(None), machine_secrets.c.expires_at > NOW),
    ),
    MachineHolder,
    across_instances="the secret tells which instance it is for",
)
_secrets = (
    machine_secrets.c.instance_id == INSTANCE,
    machine_secrets.c.machine_id == _machine_id,
)
SEALED = Statement(
    select(machine_secrets.c.id, machine_secrets.c.sealed_secret).where(
        *_secrets, machine_secrets.c.expires_at.is_(None)
    ),
    SealedSecret,
)
INSERT_SECRET = inserting(machine_secrets)
EXPIRE_SECRETS = Statement[None](
    update(machine_secrets)
    .where(
        *_secrets,
        # One that ended before must not live again through a later rotation's overlap.
        or_(machine_secrets.c.expires_at.is_(None), machine_secrets.c.expires_at > NOW),
    )
    .values(expires_at=func.least(func.coalesce(machine_secrets.c.expires_at, _until), _until))
)
CLEAR = Statement[None](
    delete(machine_secrets).where(
        machine_secrets.c.expires_at < bindparam("before", type_=DateTime(timezone=True))
    ),
    across_instances="the worker clears the secrets of all instances",
)


async def get_machine(db: Db, machine_id: str) -> Machine:
    """The machine. Raises: MachineNotFound."""
    return await db.one(MACHINE, missing=MachineNotFound("machine_id"), machine_id=machine_id)


async def lock_machine(db: Db, machine_id: str) -> Machine:
    """The machine, locked until the transaction ends. Raises: MachineNotFound."""
    # Read after the wait: scopes that were made meanwhile are not in the statement that waited.
    await db.value(LOCK, machine_id=machine_id)
    return await get_machine(db, machine_id)


async def are_known(db: Db, machine_ids: Sequence[str]) -> bool:
    """Whether all of these ids, none of them twice, are of machines."""
    return int(await db.value(KNOWN, machine_ids=list(machine_ids))) == len(machine_ids)


async def insert_machine(
    db: Db, row: MachineRow, secret: MachineSecretRow, scopes: Sequence[MachineScope]
) -> None:
    """Insert a machine with its secret and its scopes."""
    await db.insert(INSERT, row)
    await db.insert(INSERT_SECRET, secret)
    await db.insert_all(INSERT_SCOPES, scopes)


async def replace_secret(db: Db, row: MachineSecretRow, until: datetime, now: datetime) -> None:
    """Give a locked machine another secret; those before it end at `until`, or before."""
    await db.run(EXPIRE_SECRETS, machine_id=row.machine_id, until=until, now=now)
    await db.insert(INSERT_SECRET, row)
