"""Every SQL statement about account clients and their keys."""

from datetime import datetime
from typing import Any

from sqlalchemy import DateTime, Text, bindparam, delete, func, select, update

from charter.core.account_clients.model import (
    ClientKey,
    ClientKeyNotFound,
    ClientKeyRow,
    SigningClientKey,
)
from charter.core.oauth_applications.model import OauthApplication, OauthApplicationNotFound
from charter.core.oauth_applications.queries import FIELDS
from charter.core.oauth_applications.tables import oauth_application_keys, oauth_applications
from charter.core.statements import NEWEST_FIRST, columns, word
from charter.kernel.db import INSTANCE, Db, Statement, inserting
from charter.kernel.errors import Overtaken
from charter.kernel.lists import Listing

_application_columns = columns(OauthApplication, oauth_applications)
_keys = oauth_application_keys.c
_key_columns = columns(ClientKey, oauth_application_keys)
_application_id = bindparam("application_id", type_=Text)
_of_application = (_keys.instance_id == INSTANCE, _keys.application_id == _application_id)
_key_by_id = (_keys.instance_id == INSTANCE, _keys.id == bindparam("key_id", type_=Text))

OF_ORGANIZATION = Listing(
    select(*_application_columns).where(
        oauth_applications.c.instance_id == INSTANCE,
        oauth_applications.c.organization_id == bindparam("organization_id", type_=Text),
    ),
    OauthApplication,
    FIELDS,
    oauth_applications.c.id,
    order=NEWEST_FIRST,
)
OF_APP = Listing(
    select(*_application_columns).where(
        oauth_applications.c.instance_id == INSTANCE,
        oauth_applications.c.organization_id.is_(None),
    ),
    OauthApplication,
    FIELDS,
    oauth_applications.c.id,
    order=NEWEST_FIRST,
)
KEYS = Statement(
    select(*_key_columns)
    .where(*_of_application)
    .order_by(_keys.created_at.desc(), _keys.id.desc()),
    ClientKey,
)
KEY = Statement(select(*_key_columns).where(*_key_by_id), ClientKey)
SIGNING = Statement(
    select(_keys.id, _keys.application_id, _keys.sealed_private_pem).where(
        *_of_application, _keys.state == word("signing")
    ),
    SigningClientKey,
)
# Weaker than a lock of the client: whoever waits here has rows that refer to it already.
LOCK_KEYS = Statement[Any](
    select(oauth_applications.c.id)
    .where(
        oauth_applications.c.instance_id == INSTANCE,
        oauth_applications.c.id == _application_id,
    )
    .with_for_update(key_share=True)
)
INSERT_KEY = inserting(
    oauth_application_keys, violates={"uq_oauth_application_keys_signing": Overtaken}
)
# A token that was made a moment ago outlives what its client is told now.
KEEP = Statement[None](
    update(oauth_application_keys)
    .where(*_of_application, _keys.state == word("signing"))
    .values(
        tokens_until=func.greatest(
            _keys.tokens_until, bindparam("until", type_=DateTime(timezone=True))
        )
    )
)
SET_STATE = Statement[None](
    update(oauth_application_keys).where(*_key_by_id).values(state=bindparam("state", type_=Text))
)
DELETE_KEY = Statement[None](delete(oauth_application_keys).where(*_key_by_id))
INSTANCE_OF_CLIENT = Statement[Any](
    select(oauth_applications.c.instance_id)
    .where(oauth_applications.c.id == bindparam("application_id", type_=Text))
    # Of an instance and a copy of it the older one.
    .order_by(oauth_applications.c.instance_id)
    .limit(1),
    across_instances="a client's id tells which instance it is of",
)


async def keys_of(db: Db, application_id: str) -> tuple[ClientKey, ...]:
    """The keys of a client, the newest first."""
    return await db.all(KEYS, application_id=application_id)


async def get_key(db: Db, key_id: str) -> ClientKey:
    """A key. Raises: ClientKeyNotFound."""
    return await db.one(KEY, missing=ClientKeyNotFound("key_id"), key_id=key_id)


async def find_signing(db: Db, application_id: str) -> SigningClientKey | None:
    """The key of a client that signs."""
    return await db.find(SIGNING, application_id=application_id)


async def lock_keys(db: Db, application_id: str) -> None:
    """Let nobody else make a key of a client until the transaction ends.

    Raises: OauthApplicationNotFound.
    """
    if await db.value(LOCK_KEYS, application_id=application_id) is None:
        raise OauthApplicationNotFound("client_id")


async def insert_key(db: Db, row: ClientKeyRow) -> None:
    """Insert a key."""
    await db.insert(INSERT_KEY, row)


async def keep_until(db: Db, application_id: str, until: datetime) -> None:
    """Note that the key of a client that signs has tokens until a moment."""
    await db.run(KEEP, application_id=application_id, until=until)


async def find_instance_of(db: Db, application_id: str) -> str | None:
    """The instance whose client has this id."""
    found = await db.value(INSTANCE_OF_CLIENT, application_id=application_id)
    return None if found is None else str(found)
