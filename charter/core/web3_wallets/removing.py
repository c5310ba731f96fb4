"""Takes wallets from users; shared by everything that removes one."""

from charter.core.email_addresses.model import EmailAddress
from charter.core.phone_numbers.model import PhoneNumber
from charter.core.users import queries as user_queries
from charter.core.users.model import User
from charter.core.users.writing import write
from charter.core.verification import LastIdentifier
from charter.core.web3_wallets import queries
from charter.core.web3_wallets.model import Web3Wallet, Web3WalletNotFound
from charter.kernel.operation import Context


def wallet_of(user: User, web3_wallet_id: str) -> Web3Wallet:
    """A wallet of a user. Raises: Web3WalletNotFound."""
    for wallet in user.web3_wallets:
        if wallet.id == web3_wallet_id:
            return wallet
    raise Web3WalletNotFound("web3_wallet_id")


async def take(ctx: Context, user: User, row: Web3Wallet, *, is_required: bool = False) -> None:
    """Take a wallet from a locked user. The oldest proven one left becomes primary.

    is_required: whether the user has to keep one.
    Raises: LastIdentifier, when the user could not sign in any more.
    Announces: UserUpdated.
    """
    others = [each for each in user.web3_wallets if each.is_verified and each.id != row.id]
    if row.is_verified and not others and (is_required or not _has_other(user)):
        raise LastIdentifier
    await queries.delete_wallet(ctx.db, row.id)
    if row.is_primary and others:
        await queries.set_primary_wallet(ctx.db, user.id, others[0].id)
    await changed(ctx, user)


async def changed(ctx: Context, before: User) -> None:
    """Say that a locked user's wallets have changed. Announces: UserUpdated."""
    await user_queries.refresh_search_text(ctx.db, before.id)
    await write(ctx, before)


def _has_other(user: User) -> bool:
    """Whether something beside wallets signs the user in."""
    rows: tuple[EmailAddress | PhoneNumber, ...] = (*user.email_addresses, *user.phone_numbers)
    return bool(user.username) or any(row.is_verified or row.is_reserved for row in rows)
