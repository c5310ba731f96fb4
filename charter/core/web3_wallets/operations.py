"""What can be done with people's Web3 wallets. All of it is up to an administrator."""

from charter.core.users.model import UserNotFound
from charter.core.users.writing import locked
from charter.core.verification import LastIdentifier
from charter.core.vocabulary import Permission
from charter.core.web3_wallets.model import Web3Wallet, Web3WalletNotFound
from charter.core.web3_wallets.removing import take, wallet_of
from charter.kernel.operation import Context, operation


@operation(
    "web3_wallets.delete",
    permission=Permission.USERS_MANAGE,
    raises=(LastIdentifier, UserNotFound, Web3WalletNotFound),
)
async def delete(ctx: Context, user_id: str, web3_wallet_id: str) -> Web3Wallet:
    """Take a wallet from its user. The oldest proven one left becomes primary.

    Returns: the wallet as it was.
    Raises: UserNotFound; Web3WalletNotFound, for another user's too; LastIdentifier, when the user
        could not sign in any more.
    Announces: UserUpdated.
    Source: Clerk BAPI 2025-11-10, UserWeb3WalletDelete.
    """
    await ctx.allow()
    user = await locked(ctx, user_id)
    row = wallet_of(user, web3_wallet_id)
    await take(ctx, user, row)
    return row
