"""Every SQL statement about the lists of who may come in and who may not."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Text, bindparam, delete, select
from sqlalchemy.dialects.postgresql import ARRAY

from charter.core.listed_identifiers.model import (
    ListedIdentifier,
    ListedIdentifierNotFound,
    ListedIdentifierRow,
    ListName,
)
from charter.core.listed_identifiers.tables import listed_identifiers
from charter.core.statements import NEWEST_FIRST, columns, inserting_new
from charter.kernel.db import INSTANCE, Db, Statement, columns_of
from charter.kernel.filters.fields import Field, Fields
from charter.kernel.lists import Listing

_columns = columns(ListedIdentifier, listed_identifiers)
_in_list = (
    listed_identifiers.c.instance_id == INSTANCE,
    listed_identifiers.c.list_name == bindparam("list_name", type_=Text),
)

FIELDS: Fields = {
    "id": Field(listed_identifiers.c.id, str),
    "created_at": Field(listed_identifiers.c.created_at, datetime, sortable=True),
}
LISTING = Listing(
    select(*_columns).where(*_in_list),
    ListedIdentifier,
    FIELDS,
    listed_identifiers.c.id,
    order=NEWEST_FIRST,
)
INSERT = inserting_new(listed_identifiers, "identifier_key", "list_name")
DELETE = Statement(
    delete(listed_identifiers)
    .where(*_in_list, listed_identifiers.c.id == bindparam("identifier_id", type_=Text))
    .returning(*_columns),
    ListedIdentifier,
)
LISTS = Statement[Any](
    select(listed_identifiers.c.list_name)
    .distinct()
    .where(
        listed_identifiers.c.instance_id == INSTANCE,
        listed_identifiers.c.identifier_key == bindparam("keys", type_=ARRAY(Text)).any_(),
    )
)


async def insert_identifier(db: Db, row: ListedIdentifierRow) -> bool:
    """List an identifier. Returns: False, when it stands in the list."""
    return await db.value(INSERT, **columns_of(row)) is not None


async def delete_identifier(db: Db, list_name: ListName, identifier_id: str) -> ListedIdentifier:
    """Take an identifier off a list; it as it was. Raises: ListedIdentifierNotFound."""
    return await db.one(
        DELETE,
        missing=ListedIdentifierNotFound("identifier_id"),
        list_name=list_name.value,
        identifier_id=identifier_id,
    )


async def lists_with(db: Db, keys: Sequence[str]) -> frozenset[ListName]:
    """The lists in which one of these normal forms stands."""
    return frozenset(ListName(row[0]) for row in await db.all(LISTS, keys=list(keys)))
