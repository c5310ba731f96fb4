"""Every SQL statement about external accounts."""

import dataclasses
from datetime import datetime
from typing import Any

from sqlalchemy import DateTime, LargeBinary, Text, bindparam, delete, exists, select, update

from charter.core.external_accounts.model import (
    ExternalAccount,
    ExternalAccountClaimed,
    ExternalAccountNotFound,
    ExternalAccountRow,
    ExternalAccountTokens,
)
from charter.core.external_accounts.tables import external_accounts
from charter.core.identity_providers.tables import identity_providers
from charter.core.statements import columns
from charter.kernel.db import INSTANCE, Db, Statement, columns_of, inserting

FIXED = frozenset({"id", "user_id", "identification_id", "provider", "created_at"})
TAKEN = {
    "uq_external_accounts_provider_user_id": ExternalAccountClaimed,
    "uq_external_accounts_of_user": ExternalAccountClaimed,
}

IS_OPEN: Any = (
    exists()
    .where(
        identity_providers.c.instance_id == external_accounts.c.instance_id,
        identity_providers.c.strategy == external_accounts.c.provider,
        identity_providers.c.is_enabled,
    )
    .correlate(external_accounts)
)
"""Whether the provider of an account can be used now."""

_columns = columns(ExternalAccount, external_accounts, is_open=IS_OPEN)
_own = external_accounts.c.instance_id == INSTANCE
_of_user = (_own, external_accounts.c.user_id == bindparam("user_id", type_=Text))
_by_id = (_own, external_accounts.c.id == bindparam("account_id", type_=Text))

ACCOUNT = Statement(
    select(*_columns).where(
        *_of_user, external_accounts.c.id == bindparam("account_id", type_=Text)
    ),
    ExternalAccount,
)
HOLDER = Statement(
    select(*_columns).where(
        _own,
        external_accounts.c.provider == bindparam("provider", type_=Text),
        external_accounts.c.issuer == bindparam("issuer", type_=Text),
        external_accounts.c.provider_user_id == bindparam("provider_user_id", type_=Text),
    ),
    ExternalAccount,
)
INSERT = inserting(external_accounts, violates=TAKEN)
UPDATE = Statement[None](
    update(external_accounts)
    .where(*_by_id)
    .values(
        {
            field.name: bindparam(f"new_{field.name}", type_=external_accounts.c[field.name].type)
            for field in dataclasses.fields(ExternalAccountRow)
            if field.name not in FIXED
        }
    ),
    violates=TAKEN,
)
SET_STATE = Statement[None](
    update(external_accounts)
    .where(*_by_id)
    .values(
        {
            name: bindparam(f"new_{name}", type_=external_accounts.c[name].type)
            for name in ("status", "expires_at", "error", "updated_at")
        }
    )
)
FORGET_TOKENS = Statement[None](
    update(external_accounts)
    .where(*_by_id)
    .values(
        sealed_access_token=None,
        sealed_refresh_token=None,
        token_expires_at=None,
    )
)
TOKENS = Statement(
    select(*columns(ExternalAccountTokens, external_accounts)).where(
        *_of_user,
        external_accounts.c.provider == bindparam("provider", type_=Text),
        external_accounts.c.provider_user_id.is_not(None),
    ),
    ExternalAccountTokens,
)
RENEW_TOKENS = Statement[None](
    update(external_accounts)
    .where(
        *_by_id,
        # Forgotten, or renewed by somebody else meanwhile: then these are not kept.
        external_accounts.c.sealed_access_token == bindparam("before", type_=LargeBinary),
    )
    .values(
        sealed_access_token=bindparam("access", type_=LargeBinary),
        sealed_refresh_token=bindparam("refresh", type_=LargeBinary),
        token_expires_at=bindparam("expires_at", type_=DateTime(timezone=True)),
    )
)
DELETE = Statement[None](delete(external_accounts).where(*_by_id))


async def get_account(db: Db, user_id: str, account_id: str) -> ExternalAccount:
    """An account of a user. Raises: ExternalAccountNotFound."""
    return await db.one(
        ACCOUNT,
        missing=ExternalAccountNotFound("external_account_id"),
        user_id=user_id,
        account_id=account_id,
    )


async def find_holder(
    db: Db, provider: str, issuer: str, provider_user_id: str
) -> ExternalAccount | None:
    """The account that this identity is proven of, whoever has it."""
    return await db.find(
        HOLDER, provider=provider, issuer=issuer, provider_user_id=provider_user_id
    )


async def insert_account(db: Db, row: ExternalAccountRow) -> None:
    """Keep a new account. Raises: ExternalAccountClaimed."""
    await db.insert(INSERT, row)


async def update_account(db: Db, row: ExternalAccountRow) -> None:
    """Write an account with what was just proven. Raises: ExternalAccountClaimed."""
    values = {f"new_{name}": value for name, value in columns_of(row).items()}
    await db.run(UPDATE, account_id=row.id, **values)


async def set_state(db: Db, account: ExternalAccount) -> None:
    """Write how far the proof of an account has come."""
    names = ("status", "expires_at", "error", "updated_at")
    values = {f"new_{name}": getattr(account, name) for name in names}
    await db.run(SET_STATE, account_id=account.id, **values)


async def forget_tokens(db: Db, account_id: str) -> None:
    """Forget what the provider gave."""
    await db.run(FORGET_TOKENS, account_id=account_id)


async def find_tokens(db: Db, user_id: str, provider: str) -> ExternalAccountTokens | None:
    """What a provider gave for a user."""
    return await db.find(TOKENS, user_id=user_id, provider=provider)


async def renew_tokens(
    db: Db,
    before: ExternalAccountTokens,
    *,
    access: bytes,
    refresh: bytes,
    expires_at: datetime | None,
) -> None:
    """Keep renewed tokens in place of those they renew."""
    await db.run(
        RENEW_TOKENS,
        account_id=before.id,
        before=before.sealed_access_token,
        access=access,
        refresh=refresh,
        expires_at=expires_at,
    )


async def delete_account(db: Db, account_id: str) -> None:
    """Take an account from its user."""
    await db.run(DELETE, account_id=account_id)
