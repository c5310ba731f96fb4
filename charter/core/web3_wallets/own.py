"""What people do with their own Web3 wallets."""

from dataclasses import replace

from charter.core.checks.model import (
    CheckDone,
    CheckExpired,
    CheckFailed,
    CheckNotPrepared,
    SignatureIncorrect,
    StrategyNotAllowed,
)
from charter.core.identifiers.own import UNPROVEN_AT_MOST
from charter.core.instances.enabled import FieldNotEnabled, attribute_of, check_enabled
from charter.core.keys.lookup import instance_of
from charter.core.sessions.recent import ReverificationRequired, require_recent_factor
from charter.core.users import queries as user_queries
from charter.core.users.notices import tell
from charter.core.verification import LastIdentifier, TooManyUnproven
from charter.core.vocabulary import Permission
from charter.core.web3_wallets import proving, queries
from charter.core.web3_wallets.model import (
    Web3Wallet,
    Web3WalletInvalid,
    Web3WalletNotFound,
    Web3WalletTaken,
)
from charter.core.web3_wallets.normal_form import wallet_address
from charter.core.web3_wallets.removing import changed, take, wallet_of
from charter.kernel.operation import Context, operation

FIELD = "web3_wallet"


@operation("web3_wallets.search_own", permission=Permission.SELF, writes=False)
async def search(ctx: Context) -> tuple[Web3Wallet, ...]:
    """List one's own wallets, the oldest first.

    Source: Clerk FAPI 2026-05-12, getWeb3Wallets.
    """
    await ctx.allow()
    return (await user_queries.get_user(ctx.db, ctx.user_id)).web3_wallets


@operation(
    "web3_wallets.get_own",
    permission=Permission.SELF,
    raises=(Web3WalletNotFound,),
    writes=False,
)
async def get(ctx: Context, web3_wallet_id: str) -> Web3Wallet:
    """Read one of one's own wallets.

    Raises: Web3WalletNotFound, for another's too.
    Source: Clerk FAPI 2026-05-12, readWeb3Wallet.
    """
    await ctx.allow()
    return wallet_of(await user_queries.get_user(ctx.db, ctx.user_id), web3_wallet_id)


@operation(
    "web3_wallets.create_own",
    permission=Permission.SELF,
    raises=(
        FieldNotEnabled,
        ReverificationRequired,
        TooManyUnproven,
        Web3WalletInvalid,
        Web3WalletTaken,
    ),
)
async def create(ctx: Context, address: str) -> Web3Wallet:
    """Give oneself another wallet. It signs nobody in before it has signed itself.

    address: 0x and 40 hex digits.
    Raises: FieldNotEnabled; Web3WalletInvalid; Web3WalletTaken, when another user has proven it,
        or one has it oneself; TooManyUnproven; ReverificationRequired.
    Announces: UserUpdated.
    Source: Clerk FAPI 2026-05-12, postWeb3Wallets.
    """
    await ctx.allow()
    await require_recent_factor(ctx)
    check_enabled(await instance_of(ctx), FIELD)
    normal = wallet_address(address)
    user = await user_queries.lock_user(ctx.db, ctx.user_id)
    if await queries.is_held_by_another(ctx.db, normal, user.id):
        raise Web3WalletTaken(FIELD)
    if sum(not wallet.is_verified for wallet in user.web3_wallets) >= UNPROVEN_AT_MOST:
        raise TooManyUnproven(most=UNPROVEN_AT_MOST)
    row = Web3Wallet(
        id=ctx.new_id("idn_"),
        user_id=user.id,
        address=normal,
        is_primary=False,
        is_verified=False,
        proof=None,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    await queries.insert_wallet(ctx.db, row)
    await changed(ctx, user)
    return row


@operation(
    "web3_wallets.delete_own",
    permission=Permission.SELF,
    raises=(LastIdentifier, ReverificationRequired, Web3WalletNotFound),
)
async def delete(ctx: Context, web3_wallet_id: str) -> Web3Wallet:
    """Take a wallet from oneself; one's addresses are told. The oldest proven one left is primary.

    Returns: the wallet as it was.
    Raises: Web3WalletNotFound; LastIdentifier, when one could not sign in any more, or the
        instance asks for a wallet; ReverificationRequired.
    Announces: UserUpdated.
    Source: Clerk FAPI 2026-05-12, deleteWeb3Wallet.
    """
    await ctx.allow()
    await require_recent_factor(ctx)
    attribute = attribute_of(await instance_of(ctx), FIELD)
    user = await user_queries.lock_user(ctx.db, ctx.user_id)
    row = wallet_of(user, web3_wallet_id)
    await take(ctx, user, row, is_required=attribute.is_required)
    if row.is_verified:
        await tell(
            ctx,
            user,
            "A wallet was removed",
            f"The wallet {row.address} was removed from your account.",
            "If this was not you, change your password and add it again.",
        )
    return row


@operation(
    "web3_wallets.prepare_own_verification",
    permission=Permission.SELF,
    raises=(CheckDone, FieldNotEnabled, StrategyNotAllowed, Web3WalletNotFound),
)
async def prepare_verification(ctx: Context, web3_wallet_id: str, strategy: str) -> Web3Wallet:
    """Make a message for a wallet of one's own to sign; it ends the one before.

    Returns: the wallet; its proof holds the message, for ten minutes.
    Raises: Web3WalletNotFound; StrategyNotAllowed; FieldNotEnabled; CheckDone, for a proven one.
    Source: Clerk FAPI 2026-05-12, prepareWeb3WalletVerification.
    """
    await ctx.allow()
    instance = await instance_of(ctx)
    check_enabled(instance, FIELD)
    is_known = strategy in attribute_of(instance, FIELD).verifications
    if not is_known or strategy not in proving.STRATEGIES:
        raise StrategyNotAllowed
    user = await user_queries.lock_user(ctx.db, ctx.user_id)
    row = wallet_of(user, web3_wallet_id)
    if row.is_verified:
        raise CheckDone("strategy")
    check = await proving.ask(ctx, instance, strategy=strategy, address=row.address, client_id=None)
    after = replace(row, proof=check, updated_at=ctx.now)
    await queries.update_wallet(ctx.db, after)
    return after


@operation(
    "web3_wallets.attempt_own_verification",
    permission=Permission.SELF,
    raises=(
        CheckDone,
        CheckExpired,
        CheckFailed,
        CheckNotPrepared,
        SignatureIncorrect,
        Web3WalletNotFound,
        Web3WalletTaken,
    ),
)
async def attempt_verification(ctx: Context, web3_wallet_id: str, signature: str) -> Web3Wallet:
    """Prove a wallet of one's own by its signature of the message; one's addresses are told.

    signature: 65 bytes as hex digits. The first proven wallet becomes primary.
    Raises: Web3WalletNotFound; Web3WalletTaken, when another user has proven it meanwhile;
        SignatureIncorrect, CheckExpired, CheckFailed, CheckDone, CheckNotPrepared.
    Announces: UserUpdated.
    Source: Clerk FAPI 2026-05-12, attemptWeb3WalletVerification.
    """
    await ctx.allow()
    user = await user_queries.lock_user(ctx.db, ctx.user_id)
    row = wallet_of(user, web3_wallet_id)
    check = await proving.proved(ctx, row.proof, row.address, signature, client_id=None)
    after = replace(
        row,
        is_verified=True,
        is_primary=not any(wallet.is_primary for wallet in user.web3_wallets),
        proof=check,
        updated_at=ctx.now,
    )
    await queries.update_wallet(ctx.db, after)
    await changed(ctx, user)
    await tell(
        ctx,
        user,
        "A wallet was added",
        f"The wallet {row.address} was added to your account and signs you in from now on.",
        "If this was not you, change your password and remove it.",
    )
    return after
