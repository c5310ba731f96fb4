"""Every SQL statement about clients."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import LargeBinary, Text, bindparam, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from charter.core.aggregates import object_of
from charter.core.checks.columns import checks_of
from charter.core.clients.model import Client, ClientNotFound, ClientRow, SeenClient, Snapshot
from charter.core.clients.tables import clients
from charter.core.sessions.queries import gathered_sessions, is_alive_at
from charter.core.sessions.tables import sessions
from charter.core.sign_ins.model import SignIn
from charter.core.sign_ins.tables import sign_ins
from charter.core.sign_ups.model import SignUp
from charter.core.sign_ups.tables import sign_ups
from charter.core.statements import NEWEST_FIRST, NOW, columns, word
from charter.kernel.db import INSTANCE, Db, Statement, columns_of, inserting
from charter.kernel.errors import Overtaken
from charter.kernel.filters.fields import Field
from charter.kernel.lists import Listing

_sessions = gathered_sessions(
    sessions.c.instance_id == clients.c.instance_id,
    sessions.c.client_id == clients.c.id,
    correlate=clients,
)

SELECT = select(*columns(Client, clients, sessions=_sessions)).where(
    clients.c.instance_id == INSTANCE
)
"""A client with its sessions; lists add to it."""

CLIENT = Statement(SELECT.where(clients.c.id == bindparam("client_id", type_=Text)), Client)
CLIENT_BY_DIGEST = Statement(
    SELECT.where(clients.c.digest == bindparam("digest", type_=LargeBinary)), Client
)
CLIENT_OF_SESSION = Statement(
    SELECT.where(
        clients.c.id
        == select(sessions.c.client_id)
        .where(
            sessions.c.instance_id == INSTANCE,
            sessions.c.id == bindparam("session_id", type_=Text),
        )
        .scalar_subquery()
    ),
    Client,
)
_row = select(*columns(ClientRow, clients)).where(
    clients.c.instance_id == INSTANCE,
    clients.c.digest == bindparam("digest", type_=LargeBinary),
)
ROW_BY_DIGEST = Statement(_row, ClientRow)
LOCK_BY_DIGEST = Statement(_row.with_for_update(), ClientRow)
UPDATE = Statement[None](
    update(clients)
    .where(clients.c.instance_id == INSTANCE, clients.c.id == bindparam("client_id", type_=Text))
    .values(
        {
            name: bindparam(f"new_{name}", type_=clients.c[name].type)
            for name in (
                "digest",
                "last_active_session_id",
                "last_authentication_strategy",
                "updated_at",
            )
        }
    )
)
_by_id = (
    clients.c.instance_id == INSTANCE,
    clients.c.id == bindparam("client_id", type_=Text),
)
SELECT_SESSION = Statement[None](
    update(clients)
    .where(*_by_id)
    .values(last_active_session_id=bindparam("session_id", type_=Text))
)
FORGET = Statement[None](
    update(clients).where(*_by_id).values(digest=None, last_active_session_id=None, updated_at=NOW)
)


def _running(row: type, table: Any) -> Any:
    """The flow that runs in a browser, as JSON."""
    checks = checks_of(table)
    return (
        select(object_of(row, lambda name: checks.get(name, table.c[name])))
        .where(
            table.c.instance_id == clients.c.instance_id,
            table.c.client_id == clients.c.id,
            table.c.status != word("complete"),
            table.c.abandon_at > NOW,
        )
        .order_by(table.c.created_at.desc(), table.c.id.desc())
        .limit(1)
        .correlate(clients)
        .scalar_subquery()
    )


SNAPSHOT = Statement(
    select(
        object_of(SeenClient, lambda name: clients.c[name]).label("client"),
        gathered_sessions(
            sessions.c.instance_id == clients.c.instance_id,
            sessions.c.client_id == clients.c.id,
            is_alive_at(NOW),
            correlate=clients,
        ).label("sessions"),
        _running(SignIn, sign_ins).label("sign_in"),
        _running(SignUp, sign_ups).label("sign_up"),
    ).where(
        clients.c.instance_id == INSTANCE,
        clients.c.digest == bindparam("digest", type_=LargeBinary),
    ),
    Snapshot,
)
FIELDS = {"created_at": Field(clients.c.created_at, datetime, sortable=True)}
CLIENTS = Listing(SELECT, Client, FIELDS, clients.c.id, order=NEWEST_FIRST)
INSERT = inserting(clients, violates={"uq_clients_digest": Overtaken})
TOUCH = Statement[None](
    update(clients)
    .where(
        clients.c.instance_id == INSTANCE,
        clients.c.id == bindparam("client_ids", type_=ARRAY(Text)).any_(),
    )
    .values(updated_at=NOW)
)


async def get_client(db: Db, client_id: str) -> Client:
    """The client. Raises: ClientNotFound."""
    return await db.one(CLIENT, missing=ClientNotFound("client_id"), client_id=client_id)


async def find_client_by_digest(db: Db, digest: bytes) -> Client | None:
    """The client whose token has this digest."""
    return await db.find(CLIENT_BY_DIGEST, digest=digest)


async def find_client_of_session(db: Db, session_id: str) -> Client | None:
    """The client that a session is on."""
    return await db.find(CLIENT_OF_SESSION, session_id=session_id)


async def find_snapshot(db: Db, digest: bytes, now: datetime) -> Snapshot | None:
    """The browser whose client's token has this digest."""
    return await db.find(SNAPSHOT, digest=digest, now=now)


async def find_row_by_digest(db: Db, digest: bytes) -> ClientRow | None:
    """The row of the client whose token has this digest."""
    return await db.find(ROW_BY_DIGEST, digest=digest)


async def lock_row_by_digest(db: Db, digest: bytes) -> ClientRow | None:
    """The row of the client whose token has this digest, locked until the transaction ends."""
    return await db.find(LOCK_BY_DIGEST, digest=digest)


def update_row(db: Db, before: ClientRow, row: ClientRow) -> None:
    """Write a locked client's row as it is to be; one that waits to be inserted, at once so."""
    if db.insert_instead(before, row):
        return
    values = {f"new_{name}": value for name, value in columns_of(row).items()}
    db.run_later(UPDATE, client_id=row.id, **values)


def insert_client(db: Db, row: ClientRow) -> None:
    """Insert a client, with what is written on it."""
    db.insert_later(INSERT, row)


async def update_clients(db: Db, client_ids: Iterable[str], now: datetime) -> None:
    """Say that sessions of these clients were added or ended."""
    await db.run(TOUCH, client_ids=sorted(set(client_ids)), now=now)
