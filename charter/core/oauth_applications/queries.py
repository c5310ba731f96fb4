"""Every SQL statement about OAuth applications."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, LargeBinary, Text, bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from charter.core.oauth_applications.model import (
    OauthApplication,
    OauthApplicationNotFound,
    OauthApplicationRow,
)
from charter.core.oauth_applications.tables import oauth_applications
from charter.core.statements import NEWEST_FIRST, NOW, columns
from charter.kernel.db import INSTANCE, Db, Statement, inserting
from charter.kernel.filters.fields import Field, Fields, FreeText
from charter.kernel.lists import Listing


@dataclass(frozen=True, slots=True)
class KeptSecret:
    """How the secret of an application is known again; None for a public one."""

    id: str
    secret_digest: bytes | None = field(repr=False)


CHANGING: dict[str, Any] = {
    "name": Text(),
    "redirect_uris": ARRAY(Text),
    "scopes": ARRAY(Text),
    "image_key": Text(),
    "is_public": Boolean(),
    "is_pkce_required": Boolean(),
    "is_consent_screen_enabled": Boolean(),
    "issuer": Text(),
    "audience": Text(),
    "allowed_audiences": ARRAY(Text),
    "allowed_origins": ARRAY(Text),
    "default_scopes": ARRAY(Text),
    "grant_types": ARRAY(Text),
    "token_settings": JSONB(),
    "jwks": JSONB(),
    "trusted_issuers": JSONB(),
}
"""What may change of an application, with its type."""

_columns = columns(OauthApplication, oauth_applications)
_by_id = (
    oauth_applications.c.instance_id == INSTANCE,
    oauth_applications.c.id == bindparam("oauth_application_id", type_=Text),
)
_by_client_id = (
    oauth_applications.c.instance_id == INSTANCE,
    oauth_applications.c.client_id == bindparam("client_id", type_=Text),
)
FIELDS: Fields = {
    "client_id": Field(oauth_applications.c.client_id, str),
    "name": Field(oauth_applications.c.name, str, sortable=True),
    "name_text": FreeText(oauth_applications.c.name),
    "created_at": Field(oauth_applications.c.created_at, datetime, sortable=True),
}
LISTING = Listing(
    select(*_columns).where(oauth_applications.c.instance_id == INSTANCE),
    OauthApplication,
    FIELDS,
    oauth_applications.c.id,
    order=NEWEST_FIRST,
)
APPLICATION = Statement(select(*_columns).where(*_by_id), OauthApplication)
LOCKED = Statement(select(*_columns).where(*_by_id).with_for_update(), OauthApplication)
BY_CLIENT_ID = Statement(select(*_columns).where(*_by_client_id), OauthApplication)
SECRET = Statement(
    select(oauth_applications.c.id, oauth_applications.c.secret_digest).where(*_by_client_id),
    KeptSecret,
)
SECRET_OF = Statement(
    select(oauth_applications.c.id, oauth_applications.c.secret_digest).where(*_by_id), KeptSecret
)
INSERT = inserting(oauth_applications)
UPDATE = Statement(
    update(oauth_applications)
    .where(*_by_id)
    .values(
        {name: bindparam(f"new_{name}", type_=kind) for name, kind in CHANGING.items()}
        | {"updated_at": NOW}
    )
    .returning(*_columns),
    OauthApplication,
)
SET_SECRET = Statement(
    update(oauth_applications)
    .where(*_by_id)
    .values(secret_digest=bindparam("secret_digest", type_=LargeBinary), updated_at=NOW)
    .returning(*_columns),
    OauthApplication,
)
DELETE = Statement[None](delete(oauth_applications).where(*_by_id))


async def get_application(db: Db, oauth_application_id: str) -> OauthApplication:
    """The application. Raises: OauthApplicationNotFound."""
    missing = OauthApplicationNotFound("oauth_application_id")
    return await db.one(APPLICATION, missing=missing, oauth_application_id=oauth_application_id)


async def find_application(db: Db, oauth_application_id: str) -> OauthApplication | None:
    """The application, if there is one of this id."""
    if "\x00" in oauth_application_id:
        return None
    return await db.find(APPLICATION, oauth_application_id=oauth_application_id)


async def find_secret_of(db: Db, oauth_application_id: str) -> KeptSecret | None:
    """How the secret of an application is known again, by the application's id."""
    return await db.find(SECRET_OF, oauth_application_id=oauth_application_id)


async def lock_application(db: Db, oauth_application_id: str) -> OauthApplication:
    """The application, locked until the transaction ends. Raises: OauthApplicationNotFound."""
    missing = OauthApplicationNotFound("oauth_application_id")
    return await db.one(LOCKED, missing=missing, oauth_application_id=oauth_application_id)


async def find_by_client_id(db: Db, client_id: str) -> OauthApplication | None:
    """The application that calls itself so."""
    return await db.find(BY_CLIENT_ID, client_id=client_id)


async def find_secret(db: Db, client_id: str) -> KeptSecret | None:
    """How the secret of the application that calls itself so is known again."""
    return await db.find(SECRET, client_id=client_id)


async def insert_application(db: Db, row: OauthApplicationRow) -> None:
    """Insert an application."""
    await db.insert(INSERT, row)


async def update_application(
    db: Db, before: OauthApplication, now: datetime, **changes: Any
) -> OauthApplication:
    """Change a locked application."""
    values = {name: changes.get(name, getattr(before, name)) for name in CHANGING}
    values = {
        name: list(value) if isinstance(value, tuple) else value for name, value in values.items()
    }
    return await db.one(
        UPDATE,
        missing=OauthApplicationNotFound("oauth_application_id"),
        oauth_application_id=before.id,
        now=now,
        **{f"new_{name}": value for name, value in values.items()},
    )


async def set_secret(
    db: Db, oauth_application_id: str, secret_digest: bytes | None, now: datetime
) -> OauthApplication:
    """Give a locked application another secret, or none."""
    return await db.one(
        SET_SECRET,
        missing=OauthApplicationNotFound("oauth_application_id"),
        oauth_application_id=oauth_application_id,
        secret_digest=secret_digest,
        now=now,
    )
