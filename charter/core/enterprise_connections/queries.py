"""Every SQL statement about enterprise connections."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, Text, bindparam, delete, func, select, update

from charter.core.enterprise_connections.model import (
    ConnectionDomainTaken,
    DomainRow,
    EnterpriseConnection,
    EnterpriseConnectionNotFound,
    EnterpriseConnectionRow,
    Provider,
)
from charter.core.enterprise_connections.tables import (
    enterprise_accounts,
    enterprise_connection_domains,
    enterprise_connections,
)
from charter.core.statements import NEWEST_FIRST, columns, refers
from charter.kernel.db import INSTANCE, Db, Statement, columns_of, inserting
from charter.kernel.filters.fields import Field, Fields, FreeText
from charter.kernel.lists import Listing

FIXED = frozenset({"id", "provider", "created_at"})

_own = enterprise_connections.c.instance_id == INSTANCE
_by_id = enterprise_connections.c.id == bindparam("connection_id", type_=Text)
_of_connection = (
    enterprise_connection_domains.c.instance_id == INSTANCE,
    enterprise_connection_domains.c.connection_id == bindparam("connection_id", type_=Text),
)
_names = func.array(
    select(enterprise_connection_domains.c.name)
    .where(
        enterprise_connection_domains.c.instance_id == enterprise_connections.c.instance_id,
        enterprise_connection_domains.c.connection_id == enterprise_connections.c.id,
    )
    .order_by(enterprise_connection_domains.c.position)
    .correlate(enterprise_connections)
    .scalar_subquery(),
    type_=ARRAY(Text),
)
_users = (
    select(func.count())
    .select_from(enterprise_accounts)
    .where(
        enterprise_accounts.c.instance_id == enterprise_connections.c.instance_id,
        enterprise_accounts.c.connection_id == enterprise_connections.c.id,
    )
    .correlate(enterprise_connections)
    .scalar_subquery()
)
SELECT = select(
    *columns(EnterpriseConnection, enterprise_connections, domains=_names, user_count=_users)
).where(_own)
FIELDS: Fields = {
    "id": Field(enterprise_connections.c.id, str),
    "name": Field(enterprise_connections.c.name, str, sortable=True),
    "name_text": FreeText(enterprise_connections.c.name),
    "provider": Field(enterprise_connections.c.provider, Provider, sortable=True),
    "organization_id": Field(enterprise_connections.c.organization_id, str),
    "is_active": Field(enterprise_connections.c.is_active, bool, nullable=False),
    "created_at": Field(enterprise_connections.c.created_at, datetime, sortable=True),
    "updated_at": Field(enterprise_connections.c.updated_at, datetime, sortable=True),
}
LISTING = Listing(
    SELECT, EnterpriseConnection, FIELDS, enterprise_connections.c.id, order=NEWEST_FIRST
)
SAML_LISTING = Listing(
    SELECT.where(enterprise_connections.c.provider.startswith("saml_", autoescape=True)),
    EnterpriseConnection,
    FIELDS,
    enterprise_connections.c.id,
    order=NEWEST_FIRST,
)
CONNECTION = Statement(SELECT.where(_by_id), EnterpriseConnection)
LOCK = Statement(
    select(*columns(EnterpriseConnectionRow, enterprise_connections))
    .where(_own, _by_id)
    .with_for_update(),
    EnterpriseConnectionRow,
)
INSERT = inserting(enterprise_connections)
UPDATE = Statement[None](
    update(enterprise_connections)
    .where(_own, _by_id)
    .values(
        {
            field.name: bindparam(
                f"new_{field.name}", type_=enterprise_connections.c[field.name].type
            )
            for field in dataclasses.fields(EnterpriseConnectionRow)
            if field.name not in FIXED
        }
    )
)
DELETE = Statement[None](delete(enterprise_connections).where(_own, _by_id))
INSERT_DOMAIN = inserting(
    enterprise_connection_domains,
    violates={"pk_enterprise_connection_domains": ConnectionDomainTaken},
)
DELETE_DOMAINS = Statement[None](delete(enterprise_connection_domains).where(*_of_connection))
ACTIVE_WITH_DOMAIN = Statement[Any](
    select(enterprise_connections.c.id)
    .select_from(enterprise_connection_domains, enterprise_connections)
    .where(
        _own,
        enterprise_connections.c.is_active,
        refers(enterprise_connection_domains.c.connection_id, enterprise_connections),
        enterprise_connection_domains.c.name == bindparam("name", type_=Text),
    )
)


async def get_connection(db: Db, connection_id: str) -> EnterpriseConnection:
    """The connection. Raises: EnterpriseConnectionNotFound."""
    missing = EnterpriseConnectionNotFound("enterprise_connection_id")
    return await db.one(CONNECTION, missing=missing, connection_id=connection_id)


async def lock_connection(db: Db, connection_id: str) -> EnterpriseConnectionRow:
    """The connection, locked until the transaction ends. Raises: EnterpriseConnectionNotFound."""
    missing = EnterpriseConnectionNotFound("enterprise_connection_id")
    return await db.one(LOCK, missing=missing, connection_id=connection_id)


async def update_connection(db: Db, row: EnterpriseConnectionRow) -> None:
    """Write a locked connection as it is to be."""
    values = {f"new_{name}": value for name, value in columns_of(row).items()}
    await db.run(UPDATE, connection_id=row.id, **values)


async def replace_domains(db: Db, connection_id: str, names: Sequence[str]) -> None:
    """Give a connection these domains in place of those before. Raises: ConnectionDomainTaken."""
    await db.run(DELETE_DOMAINS, connection_id=connection_id)
    rows = [DomainRow(name, connection_id, position) for position, name in enumerate(names)]
    # In one order everywhere, so that of two who name the same domains one waits for the other.
    await db.insert_all(INSERT_DOMAIN, sorted(rows, key=lambda row: row.name))


async def is_active_domain(db: Db, name: str) -> bool:
    """Whether people of a domain sign in through an active connection."""
    return await db.value(ACTIVE_WITH_DOMAIN, name=name) is not None
