"""Every SQL statement about domains of instances."""

from datetime import datetime
from typing import Any

from sqlalchemy import Text, bindparam, delete, func, select, update

from charter.core.instance_domains.model import (
    HomeUrlTaken,
    InstanceDomain,
    InstanceDomainNotFound,
)
from charter.core.instance_domains.tables import instance_domains
from charter.core.instances.queries import LOCK_SETTINGS
from charter.core.instances.tables import instances
from charter.core.statements import NOW, columns
from charter.kernel.db import INSTANCE, Db, Statement, columns_of, inserting

TAKEN = {
    "uq_instance_domains_name": HomeUrlTaken,
    "uq_instance_domains_held_host": HomeUrlTaken,
}
_columns = columns(InstanceDomain, instance_domains)
_own = instance_domains.c.instance_id == INSTANCE
_by_id = (_own, instance_domains.c.id == bindparam("domain_id", type_=Text))
_new = {
    name: bindparam(f"new_{name}", type_=instance_domains.c[name].type)
    for name in (
        "name",
        "is_secondary",
        "frontend_host",
        "held_host",
        "home_origin",
        "proxy_url",
        "updated_at",
    )
}

DOMAINS = Statement(
    select(*_columns)
    .where(_own)
    .order_by(
        instance_domains.c.is_satellite, instance_domains.c.created_at, instance_domains.c.id
    ),
    InstanceDomain,
)
DOMAIN = Statement(select(*_columns).where(*_by_id), InstanceDomain)
PRIMARY = Statement(
    select(*_columns).where(_own, instance_domains.c.is_satellite.is_(False)), InstanceDomain
)
COUNT = Statement[Any](
    select(func.count())
    .select_from(instance_domains)
    .where(_own, instance_domains.c.is_satellite.is_(True))
)
INSERT = inserting(instance_domains, violates=TAKEN)
UPDATE = Statement[None](update(instance_domains).where(*_by_id).values(**_new), violates=TAKEN)
DELETE = Statement[None](delete(instance_domains).where(*_by_id))
MOVE_INSTANCE = Statement[None](
    update(instances)
    .where(instances.c.id == INSTANCE)
    .values(frontend_host=bindparam("frontend_host", type_=Text), updated_at=NOW)
)


async def lock(db: Db) -> None:
    """Let nobody else change domains of the instance until the transaction ends."""
    await db.value(LOCK_SETTINGS)


async def find_domains(db: Db) -> tuple[InstanceDomain, ...]:
    """All domains, the primary one first."""
    return await db.all(DOMAINS)


async def get_domain(db: Db, domain_id: str) -> InstanceDomain:
    """The domain. Raises: InstanceDomainNotFound."""
    missing = InstanceDomainNotFound("domain_id")
    return await db.one(DOMAIN, missing=missing, domain_id=domain_id)


async def get_primary(db: Db) -> InstanceDomain:
    """The primary domain. Raises: InstanceDomainNotFound."""
    return await db.one(PRIMARY, missing=InstanceDomainNotFound("domain_id"))


async def count_satellites(db: Db) -> int:
    """How many satellites there are."""
    return int(await db.value(COUNT))


async def insert_domain(db: Db, row: InstanceDomain) -> None:
    """Keep a new domain. Raises: HomeUrlTaken."""
    await db.insert(INSERT, row)


async def update_domain(db: Db, row: InstanceDomain) -> None:
    """Write a domain as it is to be. Raises: HomeUrlTaken."""
    values = {f"new_{name}": value for name, value in columns_of(row).items()}
    await db.run(UPDATE, domain_id=row.id, **{name: values[name] for name in _bound})


_bound = frozenset(f"new_{name}" for name in _new)


async def delete_domain(db: Db, domain_id: str) -> None:
    """Delete a domain."""
    await db.run(DELETE, domain_id=domain_id)


async def move_instance(db: Db, frontend_host: str, now: datetime) -> None:
    """Give the instance another host, which its keys and its tokens name."""
    await db.run(MOVE_INSTANCE, frontend_host=frontend_host, now=now)
