"""Every SQL statement about Web3 wallets."""

from sqlalchemy import Text, bindparam, false, true, update

from charter.core.web3_wallets.tables import web3_wallets
from charter.kernel.db import INSTANCE, Db, Statement

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


async def set_primary_wallet(db: Db, user_id: str, wallet_id: str | None) -> None:
    """Make a wallet of a user the primary one; None: none is."""
    # Two statements, because there is never more than one primary, not even within one.
    await db.run(CLEAR_PRIMARY, user_id=user_id)
    if wallet_id is not None:
        await db.run(SET_PRIMARY, user_id=user_id, wallet_id=wallet_id)
