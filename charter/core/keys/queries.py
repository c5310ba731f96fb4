"""Every SQL statement about keys."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import DateTime, LargeBinary, Text, bindparam, case, func, null, or_, select, update

from charter.core.instances.tables import instances
from charter.core.keys.model import SecretKey, SigningKeyRow
from charter.core.keys.tables import secret_keys, signing_keys
from charter.core.statements import NOW, columns
from charter.kernel.db import INSTANCE, Statement, inserting

_at = DateTime(timezone=True)


@dataclass(frozen=True, slots=True)
class KeyHolder:
    """Whom a secret key stands for."""

    instance_id: str
    key_id: str
    environment: str
    expires_at: datetime | None


HOLDER = Statement(
    select(
        secret_keys.c.instance_id,
        secret_keys.c.id.label("key_id"),
        instances.c.environment,
        secret_keys.c.expires_at,
    )
    .join(instances, instances.c.id == secret_keys.c.instance_id)
    .where(
        secret_keys.c.digest == bindparam("digest", type_=LargeBinary),
        secret_keys.c.revoked_at.is_(None),
        or_(
            secret_keys.c.expires_at.is_(None),
            secret_keys.c.expires_at > NOW,
        ),
    ),
    KeyHolder,
    across_instances="the key tells which instance it is for",
)

_secret_columns = columns(SecretKey, secret_keys)
SECRET_KEYS = Statement(
    select(*_secret_columns)
    .where(secret_keys.c.instance_id == INSTANCE)
    .order_by(secret_keys.c.created_at, secret_keys.c.id),
    SecretKey,
)
INSERT_SECRET_KEY = inserting(secret_keys)
_until = bindparam("until", type_=_at)
_live = (
    secret_keys.c.instance_id == INSTANCE,
    secret_keys.c.revoked_at.is_(None),
    # One that ended before must not live again through a later rotation's overlap.
    or_(secret_keys.c.expires_at.is_(None), secret_keys.c.expires_at > NOW),
)
EXPIRE_SECRET_KEYS = Statement(
    update(secret_keys)
    .where(*_live)
    .values(expires_at=func.least(func.coalesce(secret_keys.c.expires_at, _until), _until))
    .returning(*_secret_columns),
    SecretKey,
)
REVOKE_SECRET_KEY = Statement(
    update(secret_keys)
    .where(
        secret_keys.c.instance_id == INSTANCE,
        secret_keys.c.revoked_at.is_(None),
        secret_keys.c.id == bindparam("key_id", type_=Text),
    )
    .values(revoked_at=NOW, sealed_secret=null())
    .returning(*_secret_columns),
    SecretKey,
)

_signing_keys = select(*columns(SigningKeyRow, signing_keys))
SIGNING_KEYS = Statement(
    _signing_keys.where(
        signing_keys.c.instance_id == INSTANCE,
        or_(
            signing_keys.c.retires_at.is_(None),
            signing_keys.c.retires_at > NOW,
        ),
    ).order_by(signing_keys.c.created_at.desc(), signing_keys.c.id),
    SigningKeyRow,
)
EVERY_SIGNING_KEY = Statement(
    _signing_keys.where(signing_keys.c.instance_id == INSTANCE), SigningKeyRow
)
# Rotations of an instance wait for one another here: rows that the one before inserts would be
# unknown to a statement that had waited for the signing keys themselves.
LOCK_ROTATION = Statement[None](
    select(instances.c.id).where(instances.c.id == INSTANCE).with_for_update(key_share=True)
)
INSERT_SIGNING_KEY = inserting(signing_keys)
KEEP_UNTIL = Statement[None](
    update(signing_keys)
    .where(
        signing_keys.c.instance_id == INSTANCE,
        signing_keys.c.id == bindparam("id", type_=Text),
        or_(signing_keys.c.retires_at.is_(None), signing_keys.c.retires_at > NOW),
    )
    .values(
        tokens_until=func.greatest(signing_keys.c.tokens_until, _until),
        # One that was retired a moment ago stays as long; one that signs has no end yet.
        retires_at=case(
            (signing_keys.c.retires_at.is_(None), null()),
            else_=func.greatest(signing_keys.c.retires_at, _until),
        ),
    )
)
SET_STATE = Statement[None](
    update(signing_keys)
    .where(
        signing_keys.c.instance_id == INSTANCE,
        signing_keys.c.id == bindparam("id", type_=Text),
    )
    .values(
        state=bindparam("new_state", type_=Text),
        retires_at=bindparam("until", type_=_at),
    )
)
