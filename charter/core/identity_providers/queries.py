"""Every SQL statement about identity providers."""

import dataclasses

from sqlalchemy import Text, bindparam, delete, select, update

from charter.core.identity_providers.model import (
    IdentityProvider,
    IdentityProviderExists,
    IdentityProviderNotFound,
    IdentityProviderRow,
)
from charter.core.identity_providers.tables import identity_providers
from charter.core.statements import columns
from charter.kernel.db import INSTANCE, Db, Statement, columns_of, inserting

FIXED = frozenset({"id", "strategy", "created_at"})

_columns = columns(IdentityProvider, identity_providers)
_rows = columns(IdentityProviderRow, identity_providers)
_own = identity_providers.c.instance_id == INSTANCE
_by_strategy = (_own, identity_providers.c.strategy == bindparam("strategy", type_=Text))
_by_id = (_own, identity_providers.c.id == bindparam("provider_id", type_=Text))

ALL = Statement(
    select(*_columns).where(_own).order_by(identity_providers.c.strategy), IdentityProvider
)
ENABLED = Statement(
    select(*_columns)
    .where(_own, identity_providers.c.is_enabled)
    .order_by(identity_providers.c.strategy),
    IdentityProvider,
)
PROVIDER = Statement(select(*_columns).where(*_by_strategy), IdentityProvider)
LOCK = Statement(select(*_rows).where(*_by_strategy).with_for_update(), IdentityProviderRow)
OPEN = Statement(
    select(*_rows).where(*_by_strategy, identity_providers.c.is_enabled), IdentityProviderRow
)
INSERT = inserting(
    identity_providers, violates={"uq_identity_providers_strategy": IdentityProviderExists}
)
UPDATE = Statement[None](
    update(identity_providers)
    .where(*_by_id)
    .values(
        {
            field.name: bindparam(f"new_{field.name}", type_=identity_providers.c[field.name].type)
            for field in dataclasses.fields(IdentityProviderRow)
            if field.name not in FIXED
        }
    )
)
DELETE = Statement(
    delete(identity_providers).where(*_by_strategy).returning(*_columns), IdentityProvider
)


async def search_providers(db: Db) -> tuple[IdentityProvider, ...]:
    """All providers of the instance, by strategy."""
    return await db.all(ALL)


async def search_enabled(db: Db) -> tuple[IdentityProvider, ...]:
    """The providers that people may use now, by strategy."""
    return await db.all(ENABLED)


async def get_provider(db: Db, strategy: str) -> IdentityProvider:
    """The provider. Raises: IdentityProviderNotFound."""
    return await db.one(PROVIDER, missing=IdentityProviderNotFound("strategy"), strategy=strategy)


async def find_open(db: Db, strategy: str) -> IdentityProviderRow | None:
    """The provider with its sealed secret, if people may use it now."""
    return await db.find(OPEN, strategy=strategy)


async def lock_provider(db: Db, strategy: str) -> IdentityProviderRow:
    """The provider, locked. Raises: IdentityProviderNotFound."""
    return await db.one(LOCK, missing=IdentityProviderNotFound("strategy"), strategy=strategy)


async def insert_provider(db: Db, row: IdentityProviderRow) -> None:
    """Keep a new provider. Raises: IdentityProviderExists."""
    await db.insert(INSERT, row)


async def update_provider(db: Db, row: IdentityProviderRow) -> None:
    """Write a locked provider as it is to be."""
    values = {f"new_{name}": value for name, value in columns_of(row).items()}
    await db.run(UPDATE, provider_id=row.id, **values)


async def delete_provider(db: Db, strategy: str) -> IdentityProvider:
    """Forget a provider, and give it as it was. Raises: IdentityProviderNotFound."""
    return await db.one(DELETE, missing=IdentityProviderNotFound("strategy"), strategy=strategy)
