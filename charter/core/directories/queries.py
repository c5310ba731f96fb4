"""Every SQL statement about directories."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import DateTime, Text, any_, bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from charter.core.aggregates import object_of
from charter.core.directories.model import (
    Directory,
    DirectoryConnectionUsed,
    DirectoryKeyRow,
    DirectoryNotFound,
    DirectoryRow,
    GroupMapping,
    GroupMappingRow,
)
from charter.core.directories.tables import directories, directory_group_mappings, directory_keys
from charter.core.enterprise_connections.tables import enterprise_connections
from charter.core.roles import queries as role_queries
from charter.core.roles.model import Role
from charter.core.roles.tables import roles
from charter.core.statements import NEWEST_FIRST, columns, refers
from charter.kernel.db import INSTANCE, Db, Statement, inserting
from charter.kernel.filters.fields import Field, Fields
from charter.kernel.filters.tree import Order
from charter.kernel.lists import Listing

_directory_id = bindparam("directory_id", type_=Text)
_until = bindparam("until", type_=DateTime(timezone=True))
_own = directories.c.instance_id == INSTANCE
_by_id = (_own, directories.c.id == _directory_id)

SELECT = (
    select(
        *columns(
            Directory,
            directories,
            organization_id=enterprise_connections.c.organization_id,
            custom_attributes=enterprise_connections.c.custom_attributes,
        )
    )
    .select_from(
        directories.join(
            enterprise_connections, refers(directories.c.connection_id, enterprise_connections)
        )
    )
    .where(_own)
)
FIELDS: Fields = {
    "id": Field(directories.c.id, str),
    "created_at": Field(directories.c.created_at, datetime, sortable=True),
}
LISTING = Listing(SELECT, Directory, FIELDS, directories.c.id, order=NEWEST_FIRST)
DIRECTORY = Statement(SELECT.where(directories.c.id == _directory_id), Directory)
LOCK = Statement[None](select(directories.c.id).where(*_by_id).with_for_update())
INSERT = inserting(directories, violates={"uq_directories_connection_id": DirectoryConnectionUsed})
CHANGEABLE = ("name", "provider", "is_enabled", "maps_groups", "attribute_mapping", "updated_at")
UPDATE = Statement[None](
    update(directories)
    .where(*_by_id)
    .values({name: bindparam(name, type_=directories.c[name].type) for name in CHANGEABLE})
)
DELETE = Statement[None](delete(directories).where(*_by_id))
OF_ORGANIZATION = Statement[Any](
    select(directories.c.id)
    .select_from(directories, enterprise_connections)
    .where(
        _own,
        refers(directories.c.connection_id, enterprise_connections),
        enterprise_connections.c.organization_id == bindparam("organization_id", type_=Text),
    )
)
OF_CONNECTION = Statement[Any](
    select(directories.c.id).where(
        _own, directories.c.connection_id == bindparam("connection_id", type_=Text)
    )
)

INSERT_KEY = inserting(directory_keys)
EXPIRE_KEYS = Statement[None](
    update(directory_keys)
    .where(
        directory_keys.c.instance_id == INSTANCE,
        directory_keys.c.directory_id == _directory_id,
    )
    # One that ends sooner must not live on through a later rotation's overlap.
    .values(expires_at=func.least(func.coalesce(directory_keys.c.expires_at, _until), _until))
)
CLEAR_KEYS = Statement[None](
    delete(directory_keys).where(
        directory_keys.c.expires_at < bindparam("before", type_=DateTime(timezone=True))
    ),
    across_instances="the worker clears the keys of all instances",
)

_permissions = role_queries.SELECT.selected_columns["permissions"]
_role = object_of(Role, lambda name: _permissions if name == "permissions" else roles.c[name])
MAPPINGS = Listing(
    select(*columns(GroupMapping, directory_group_mappings, role=_role))
    .select_from(
        directory_group_mappings.join(roles, refers(directory_group_mappings.c.role_id, roles))
    )
    .where(
        directory_group_mappings.c.instance_id == INSTANCE,
        directory_group_mappings.c.directory_id == _directory_id,
    ),
    GroupMapping,
    {"precedence": Field(directory_group_mappings.c.precedence, int, sortable=True)},
    directory_group_mappings.c.id,
    order=(Order("precedence"),),
)
INSERT_MAPPING = inserting(directory_group_mappings)
KNOWN_ROLES = Statement[Any](
    select(func.count())
    .select_from(roles)
    .where(
        roles.c.instance_id == INSTANCE,
        roles.c.id == any_(bindparam("role_ids", type_=ARRAY(Text))),
    )
)


async def get_directory(db: Db, directory_id: str) -> Directory:
    """The directory. Raises: DirectoryNotFound."""
    missing = DirectoryNotFound("directory_id")
    return await db.one(DIRECTORY, missing=missing, directory_id=directory_id)


async def lock_directory(db: Db, directory_id: str) -> Directory:
    """The directory, locked until the transaction ends. Raises: DirectoryNotFound."""
    await db.value(LOCK, directory_id=directory_id)
    return await get_directory(db, directory_id)


async def insert_directory(
    db: Db, row: DirectoryRow, key: DirectoryKeyRow, mappings: Sequence[GroupMappingRow]
) -> None:
    """Insert a directory with its key and mappings. Raises: DirectoryConnectionUsed."""
    await db.insert(INSERT, row)
    await db.insert(INSERT_KEY, key)
    await db.insert_all(INSERT_MAPPING, mappings)


async def update_directory(db: Db, row: Directory) -> None:
    """Write what may change of a locked directory."""
    values = {name: getattr(row, name) for name in CHANGEABLE}
    await db.run(UPDATE, directory_id=row.id, **values)


async def replace_key(db: Db, row: DirectoryKeyRow, until: datetime) -> None:
    """Give a locked directory another key; those before it end at `until`, or before."""
    await db.run(EXPIRE_KEYS, directory_id=row.directory_id, until=until)
    await db.insert(INSERT_KEY, row)


async def are_roles(db: Db, role_ids: Sequence[str]) -> bool:
    """Whether all of these ids, none of them twice, are of roles."""
    return int(await db.value(KNOWN_ROLES, role_ids=list(role_ids))) == len(role_ids)


async def has_organization(db: Db, organization_id: str) -> bool:
    """Whether a directory provisions the people of an organization."""
    return await db.value(OF_ORGANIZATION, organization_id=organization_id) is not None


async def has_connection(db: Db, connection_id: str) -> bool:
    """Whether a connection has a directory."""
    return await db.value(OF_CONNECTION, connection_id=connection_id) is not None
