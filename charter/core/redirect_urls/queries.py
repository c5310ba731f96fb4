"""Every SQL statement about redirect URLs."""

from datetime import datetime
from typing import Any

from sqlalchemy import Text, bindparam, delete, func, select

from charter.core.instances.queries import LOCK_SETTINGS
from charter.core.redirect_urls.model import RedirectUrl, RedirectUrlNotFound, RedirectUrlRow
from charter.core.redirect_urls.tables import redirect_urls
from charter.core.statements import NEWEST_FIRST, columns, inserting_new
from charter.kernel.db import INSTANCE, Db, Statement, columns_of
from charter.kernel.filters.fields import Field, Fields
from charter.kernel.lists import Listing

_columns = columns(RedirectUrl, redirect_urls)
_own = redirect_urls.c.instance_id == INSTANCE
_by_id = (_own, redirect_urls.c.id == bindparam("redirect_url_id", type_=Text))

FIELDS: Fields = {
    "id": Field(redirect_urls.c.id, str),
    "created_at": Field(redirect_urls.c.created_at, datetime, sortable=True),
}
LISTING = Listing(
    select(*_columns).where(_own), RedirectUrl, FIELDS, redirect_urls.c.id, order=NEWEST_FIRST
)
REDIRECT_URL = Statement(select(*_columns).where(*_by_id), RedirectUrl)
COUNT = Statement[Any](select(func.count()).select_from(redirect_urls).where(_own))
INSERT = inserting_new(redirect_urls, "href")
DELETE = Statement(delete(redirect_urls).where(*_by_id).returning(*_columns), RedirectUrl)


async def get_redirect_url(db: Db, redirect_url_id: str) -> RedirectUrl:
    """The redirect URL. Raises: RedirectUrlNotFound."""
    missing = RedirectUrlNotFound("redirect_url_id")
    return await db.one(REDIRECT_URL, missing=missing, redirect_url_id=redirect_url_id)


async def lock_count(db: Db) -> int:
    """How many there are; nobody adds one until the transaction ends."""
    await db.value(LOCK_SETTINGS)
    return int(await db.value(COUNT))


async def insert_redirect_url(db: Db, row: RedirectUrlRow) -> bool:
    """Keep a redirect URL. Returns: False, when the address is in the list."""
    return await db.value(INSERT, **columns_of(row)) is not None


async def delete_redirect_url(db: Db, redirect_url_id: str) -> RedirectUrl:
    """Delete a redirect URL; it as it was. Raises: RedirectUrlNotFound."""
    missing = RedirectUrlNotFound("redirect_url_id")
    return await db.one(DELETE, missing=missing, redirect_url_id=redirect_url_id)
