"""Every SQL statement about M2M tokens."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Boolean,
    DateTime,
    LargeBinary,
    Text,
    and_,
    any_,
    bindparam,
    delete,
    func,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, aggregate_order_by

from charter.core.m2m_tokens.model import M2mToken, M2mTokenNotFound
from charter.core.m2m_tokens.tables import m2m_tokens
from charter.core.machines.tables import machine_scopes, machines
from charter.core.statements import NEWEST_FIRST, NOW, columns
from charter.kernel.db import INSTANCE, Db, Statement, inserting
from charter.kernel.filters.fields import Field, Fields
from charter.kernel.lists import Listing

USES_ARE_NOTED_EVERY = timedelta(minutes=1)
"""A token is verified far more often than anybody asks when; most verifications only read."""

KEPT_AFTER_EXPIRY = timedelta(days=30)
"""How long a list can still show a token that has expired; then the worker clears it."""


@dataclass(frozen=True, slots=True)
class Issuer:
    """A machine that makes a token: how long one lives, and whom it may reach."""

    id: str
    default_token_ttl: int
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SealedToken:
    """An opaque token, sealed."""

    id: str
    sealed_secret: bytes = field(repr=False)


_at = DateTime(timezone=True)
_columns = columns(M2mToken, m2m_tokens)
_machine_id = bindparam("machine_id", type_=Text)
_receiver = bindparam("receiver_id", type_=Text)
_by_id = (
    m2m_tokens.c.instance_id == INSTANCE,
    m2m_tokens.c.id == bindparam("m2m_token_id", type_=Text),
)
_holding = (m2m_tokens.c.revoked_at.is_(None), m2m_tokens.c.expires_at > NOW)
_scopes = (
    select(
        func.coalesce(
            func.array_agg(
                aggregate_order_by(machine_scopes.c.to_machine_id, machine_scopes.c.to_machine_id),
                type_=ARRAY(Text),
            ),
            literal_column("'{}'::text[]", ARRAY(Text)),
            type_=ARRAY(Text),
        )
    )
    .where(
        machine_scopes.c.instance_id == machines.c.instance_id,
        machine_scopes.c.from_machine_id == machines.c.id,
    )
    .correlate(machines)
    .scalar_subquery()
)
ISSUER = Statement(
    select(*columns(Issuer, machines, scopes=_scopes)).where(
        machines.c.instance_id == INSTANCE, machines.c.id == _machine_id
    ),
    Issuer,
)
FIELDS: Fields = {"created_at": Field(m2m_tokens.c.created_at, datetime, sortable=True)}
LISTING = Listing(
    select(*_columns).where(
        m2m_tokens.c.instance_id == INSTANCE,
        m2m_tokens.c.machine_id == _machine_id,
        or_(m2m_tokens.c.revoked_at.is_(None), bindparam("with_revoked", type_=Boolean)),
        or_(m2m_tokens.c.expires_at > NOW, bindparam("with_expired", type_=Boolean)),
    ),
    M2mToken,
    FIELDS,
    m2m_tokens.c.id,
    order=NEWEST_FIRST,
)
INSERT = inserting(m2m_tokens)
LOCKED = Statement(select(*_columns).where(*_by_id).with_for_update(), M2mToken)
TOKEN = Statement(select(*_columns).where(*_by_id), M2mToken)
SEALED = Statement(
    select(m2m_tokens.c.id, m2m_tokens.c.sealed_secret)
    .where(
        m2m_tokens.c.instance_id == INSTANCE,
        m2m_tokens.c.machine_id == _machine_id,
        m2m_tokens.c.revoked_at.is_(None),
        m2m_tokens.c.expires_at > NOW,
        m2m_tokens.c.expires_at >= bindparam("until", type_=_at),
        m2m_tokens.c.scopes == bindparam("scopes", type_=ARRAY(Text)),
        m2m_tokens.c.claims.is_not_distinct_from(bindparam("claims", type_=JSONB)),
    )
    .order_by(m2m_tokens.c.expires_at.desc(), m2m_tokens.c.id)
    .limit(1),
    SealedToken,
)
CLEAR = Statement[None](
    delete(m2m_tokens).where(m2m_tokens.c.expires_at < bindparam("before", type_=_at)),
    across_instances="the worker clears the tokens of all instances",
)
REVOKE = Statement(
    update(m2m_tokens)
    .where(*_by_id)
    .values(
        revoked_at=NOW,
        revocation_reason=bindparam("revocation_reason", type_=Text),
        updated_at=NOW,
    )
    .returning(*_columns),
    M2mToken,
)
_found = (
    select(*_columns)
    .where(
        m2m_tokens.c.instance_id == INSTANCE,
        m2m_tokens.c.digest == bindparam("digest", type_=LargeBinary),
        *_holding,
        or_(
            _receiver.is_(None),
            and_(
                _receiver == any_(m2m_tokens.c.scopes),
                select(machines.c.id)
                .where(machines.c.instance_id == INSTANCE, machines.c.id == _receiver)
                .exists(),
            ),
        ),
    )
    .cte("found")
)
_noted = (
    update(m2m_tokens)
    .where(
        m2m_tokens.c.instance_id == INSTANCE,
        m2m_tokens.c.id == select(_found.c.id).scalar_subquery(),
        or_(
            m2m_tokens.c.last_used_at.is_(None),
            m2m_tokens.c.last_used_at < bindparam("noted_before", type_=_at),
        ),
    )
    .values(last_used_at=NOW)
    .returning(m2m_tokens.c.last_used_at)
    .cte("noted")
)
# One statement finds a token that holds and notes its use, if it was not noted a moment ago.
USE = Statement(
    select(
        *columns(
            M2mToken,
            _found,
            last_used_at=func.coalesce(
                select(_noted.c.last_used_at).scalar_subquery(),
                _found.c.last_used_at,
                type_=_at,
            ),
        )
    ),
    M2mToken,
)


async def lock_token(db: Db, m2m_token_id: str) -> M2mToken:
    """The token, locked until the transaction ends. Raises: M2mTokenNotFound."""
    missing = M2mTokenNotFound("m2m_token_id")
    return await db.one(LOCKED, missing=missing, m2m_token_id=m2m_token_id)


async def use_token(
    db: Db, digest: bytes, receiver_id: str | None, now: datetime
) -> M2mToken | None:
    """Note a use of the token with this digest; None, when none holds for the receiver."""
    return await db.find(
        USE,
        digest=digest,
        receiver_id=receiver_id,
        now=now,
        noted_before=now - USES_ARE_NOTED_EVERY,
    )


async def find_alike(
    db: Db, issuer: Issuer, claims: Any, until: datetime, now: datetime
) -> SealedToken | None:
    """The token of a machine that lives longest, at least until a moment, and says the same."""
    return await db.find(
        SEALED,
        machine_id=issuer.id,
        scopes=list(issuer.scopes),
        claims=claims,
        until=until,
        now=now,
    )


async def search_tokens(
    db: Db, machine_id: str, search: Any, now: datetime, *, revoked: bool, expired: bool
) -> Any:
    """Tokens of a machine; also those that hold no more, where they are asked for."""
    return await LISTING.search(
        db, search, machine_id=machine_id, now=now, with_revoked=revoked, with_expired=expired
    )


def ids_of(*machine_ids: str | None) -> Sequence[str]:
    """Ids without repetition, and without None."""
    return tuple(dict.fromkeys(each for each in machine_ids if each is not None))
