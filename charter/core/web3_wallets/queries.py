"""Every SQL statement about Web3 wallets."""

import dataclasses

from sqlalchemy import Text, bindparam, delete, false, select, true, update

from charter.core.web3_wallets.model import Web3Wallet, Web3WalletTaken
from charter.core.web3_wallets.tables import web3_wallets
from charter.kernel.db import INSTANCE, Db, Statement, columns_of, inserting

TAKEN = {
    "uq_web3_wallets_held": Web3WalletTaken,
    "uq_web3_wallets_of_user": Web3WalletTaken,
}
FIXED = frozenset({"id", "user_id", "address", "created_at"})

_of_user = (
    web3_wallets.c.instance_id == INSTANCE,
    web3_wallets.c.user_id == bindparam("user_id", type_=Text),
)
CLEAR_PRIMARY = Statement[None](
    update(web3_wallets).where(*_of_user, web3_wallets.c.is_primary).values(is_primary=false())
)
SET_PRIMARY = Statement[None](
    update(web3_wallets)
    .where(*_of_user, web3_wallets.c.id == bindparam("wallet_id", type_=Text))
    .values(is_primary=true())
)
_by_id = (
    web3_wallets.c.instance_id == INSTANCE,
    web3_wallets.c.id == bindparam("id", type_=Text),
)
INSERT = inserting(web3_wallets, violates=TAKEN)
UPDATE = Statement[None](
    update(web3_wallets)
    .where(*_by_id)
    .values(
        {
            field.name: bindparam(f"new_{field.name}", type_=web3_wallets.c[field.name].type)
            for field in dataclasses.fields(Web3Wallet)
            if field.name not in FIXED
        }
    ),
    violates=TAKEN,
)
DELETE = Statement[None](delete(web3_wallets).where(*_by_id))
HELD_BY_ANOTHER = Statement[None](
    select(web3_wallets.c.id)
    .where(
        web3_wallets.c.instance_id == INSTANCE,
        web3_wallets.c.address == bindparam("address", type_=Text),
        web3_wallets.c.user_id != bindparam("user_id", type_=Text),
        web3_wallets.c.is_verified,
    )
    .limit(1)
)


async def insert_wallet(db: Db, row: Web3Wallet) -> None:
    """Keep a new wallet. Raises: Web3WalletTaken."""
    await db.insert(INSERT, row)


async def update_wallet(db: Db, row: Web3Wallet) -> None:
    """Write a wallet of a locked user as it is to be. Raises: Web3WalletTaken."""
    values = {f"new_{name}": value for name, value in columns_of(row).items()}
    await db.run(UPDATE, id=row.id, **values)


async def delete_wallet(db: Db, wallet_id: str) -> None:
    """Forget a wallet."""
    await db.run(DELETE, id=wallet_id)


async def is_held_by_another(db: Db, address: str, user_id: str) -> bool:
    """Whether another user has proven this wallet to be theirs."""
    return await db.value(HELD_BY_ANOTHER, address=address, user_id=user_id) is not None


async def set_primary_wallet(db: Db, user_id: str, wallet_id: str | None) -> None:
    """Make a wallet of a user the primary one; None: none is."""
    # Two statements, because there is never more than one primary, not even within one.
    await db.run(CLEAR_PRIMARY, user_id=user_id)
    if wallet_id is not None:
        await db.run(SET_PRIMARY, user_id=user_id, wallet_id=wallet_id)
