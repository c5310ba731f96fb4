"""Every SQL statement about API keys."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import DateTime, LargeBinary, Text, bindparam, delete, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from charter.core.api_keys.model import ApiKey, ApiKeyNotFound
from charter.core.api_keys.tables import api_keys
from charter.core.organizations.tables import is_in_use, organizations
from charter.core.statements import NEWEST_FIRST, NOW, columns, refers
from charter.core.users.tables import users
from charter.kernel.db import INSTANCE, Db, Statement, inserting
from charter.kernel.filters.fields import Field, Fields
from charter.kernel.filters.tree import Op
from charter.kernel.lists import Listing


@dataclass(frozen=True, slots=True)
class SealedSecret:
    """The secret of an API key, sealed."""

    id: str
    sealed_secret: bytes = field(repr=False)


_columns = columns(ApiKey, api_keys)
_by_id = (
    api_keys.c.instance_id == INSTANCE,
    api_keys.c.id == bindparam("api_key_id", type_=Text),
)
_subject = bindparam("subject", type_=Text)
FIELDS: Fields = {
    "type": Field(api_keys.c.type, str),
    "name": Field(api_keys.c.name, str, ops=frozenset({Op.CONTAINS}), ignore_case=True),
    "created_at": Field(api_keys.c.created_at, datetime, sortable=True),
}
_of_subject = select(*_columns).where(
    api_keys.c.instance_id == INSTANCE,
    or_(api_keys.c.user_id == _subject, api_keys.c.organization_id == _subject),
)
_holding = (
    api_keys.c.revoked_at.is_(None),
    or_(api_keys.c.expires_at.is_(None), api_keys.c.expires_at > NOW),
)
EVERY = Listing(_of_subject, ApiKey, FIELDS, api_keys.c.id, order=NEWEST_FIRST)
HOLDING = Listing(_of_subject.where(*_holding), ApiKey, FIELDS, api_keys.c.id, order=NEWEST_FIRST)
API_KEY = Statement(select(*_columns).where(*_by_id), ApiKey)
LOCKED = Statement(select(*_columns).where(*_by_id).with_for_update(), ApiKey)
SEALED = Statement(select(api_keys.c.id, api_keys.c.sealed_secret).where(*_by_id), SealedSecret)
INSERT = inserting(api_keys)
UPDATE = Statement(
    update(api_keys)
    .where(*_by_id)
    .values(
        description=bindparam("description", type_=Text),
        claims=bindparam("claims", type_=JSONB),
        scopes=bindparam("scopes", type_=ARRAY(Text)),
        user_id=bindparam("user_id", type_=Text),
        organization_id=bindparam("organization_id", type_=Text),
        expires_at=bindparam("expires_at", type_=DateTime(timezone=True)),
        revoked_at=bindparam("revoked_at", type_=DateTime(timezone=True)),
        revocation_reason=bindparam("revocation_reason", type_=Text),
        updated_at=NOW,
    )
    .returning(*_columns),
    ApiKey,
)
REVOKE_SINCE = Statement(
    update(api_keys)
    .where(
        api_keys.c.instance_id == INSTANCE,
        api_keys.c.user_id == bindparam("user_id", type_=Text),
        api_keys.c.created_at >= bindparam("since", type_=DateTime(timezone=True)),
        api_keys.c.revoked_at.is_(None),
    )
    .values(revoked_at=NOW, revocation_reason=bindparam("reason", type_=Text), updated_at=NOW)
    .returning(*_columns),
    ApiKey,
)
DELETE = Statement[None](delete(api_keys).where(*_by_id))
# A key never outlives its owner's rights: not a ban, not the suspension of an organization.
USE = Statement(
    update(api_keys)
    .where(
        api_keys.c.instance_id == INSTANCE,
        api_keys.c.digest == bindparam("digest", type_=LargeBinary),
        *_holding,
        or_(
            select(users.c.id)
            .where(refers(api_keys.c.user_id, users), users.c.is_banned.is_(False))
            .exists(),
            select(organizations.c.id)
            .where(
                refers(api_keys.c.organization_id, organizations),
                is_in_use,
            )
            .exists(),
        ),
    )
    .values(last_used_at=NOW)
    .returning(*_columns),
    ApiKey,
)


async def get_api_key(db: Db, api_key_id: str) -> ApiKey:
    """The API key. Raises: ApiKeyNotFound."""
    return await db.one(API_KEY, missing=ApiKeyNotFound("api_key_id"), api_key_id=api_key_id)


async def lock_api_key(db: Db, api_key_id: str) -> ApiKey:
    """The API key, locked until the transaction ends. Raises: ApiKeyNotFound."""
    return await db.one(LOCKED, missing=ApiKeyNotFound("api_key_id"), api_key_id=api_key_id)


async def update_api_key(db: Db, key: ApiKey, now: datetime, **changes: Any) -> ApiKey:
    """Write a locked API key with these columns changed."""
    names = (
        *("description", "claims", "scopes", "user_id", "organization_id"),
        *("expires_at", "revoked_at", "revocation_reason"),
    )
    values = {name: changes.get(name, getattr(key, name)) for name in names}
    values["scopes"] = list(values["scopes"])
    return await db.one(
        UPDATE, missing=ApiKeyNotFound("api_key_id"), api_key_id=key.id, now=now, **values
    )


async def revoke_since(
    db: Db, user_id: str, since: datetime, reason: str, now: datetime
) -> tuple[ApiKey, ...]:
    """End the user's own keys that are no older than this."""
    return await db.all(REVOKE_SINCE, user_id=user_id, since=since, reason=reason, now=now)


async def use_api_key(db: Db, digest: bytes, now: datetime) -> ApiKey | None:
    """Note a use of the API key with this digest; None, when none holds."""
    return await db.find(USE, digest=digest, now=now)
