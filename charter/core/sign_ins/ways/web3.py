"""A wallet's signature as a first factor."""

from dataclasses import replace

from charter.core.checks.model import Check, SignatureIncorrect, StrategyNotAllowed
from charter.core.checks.refusals import write_down
from charter.core.instances.model import Instance
from charter.core.sign_ins.model import Answer, Entry, Offer, Passed, Preparation, SignIn
from charter.core.sign_ins.ways.way import Way
from charter.core.users.model import User
from charter.core.web3_wallets.model import Web3Wallet, Web3WalletInvalid
from charter.core.web3_wallets.normal_form import wallet_address
from charter.core.web3_wallets.proving import STRATEGIES, ask, proved
from charter.kernel.errors import MissingInput
from charter.kernel.operation import Context


def _wallets(user: User) -> list[Web3Wallet]:
    return [wallet for wallet in user.web3_wallets if wallet.is_verified]


def _offers(instance: Instance, user: User) -> list[Offer]:
    attribute = instance.settings.attributes.web3_wallet
    if not attribute.is_enabled:
        return []
    return [
        Offer(strategy, wallet.address, web3_wallet_id=wallet.id, is_primary=wallet.is_primary)
        for strategy in attribute.first_factors
        if strategy in STRATEGIES
        for wallet in _wallets(user)
    ]


async def _prepare(ctx: Context, entry: Entry, given: Preparation) -> Check:
    target_id = None
    if entry.user is None:
        # A wallet that nobody has is asked to sign like any other; it proves nothing.
        address = _typed(entry.sign_in)
        if address is None:
            raise StrategyNotAllowed
    else:
        wallet = _chosen(entry.sign_in, entry.user, given.web3_wallet_id)
        target_id, address = wallet.id, wallet.address
    check = await ask(
        ctx,
        entry.instance,
        strategy=given.strategy,
        address=address,
        client_id=entry.sign_in.client_id,
    )
    return replace(check, target_id=target_id)


def _typed(sign_in: SignIn) -> str | None:
    """The wallet that the sign-in began with, if it was one."""
    try:
        return wallet_address(sign_in.identifier or "")
    except Web3WalletInvalid:
        return None


def _chosen(sign_in: SignIn, user: User, wallet_id: str | None) -> Web3Wallet:
    """The wallet that was named, or typed, or the primary one. Raises: StrategyNotAllowed."""
    typed = _typed(sign_in)
    for wallet in _wallets(user):
        is_meant = wallet.address == typed if typed is not None else wallet.is_primary
        if wallet.id == wallet_id or (wallet_id is None and is_meant):
            return wallet
    raise StrategyNotAllowed


async def _attempt(ctx: Context, entry: Entry, answer: Answer) -> Passed:
    if not answer.signature:
        raise MissingInput("signature", reason="it is required")
    check, user = entry.sign_in.first_check, entry.user
    waiting = check if check is not None and check.strategy == answer.strategy else None
    if user is None:
        raise SignatureIncorrect("signature")
    target_id = waiting.target_id if waiting is not None else None
    address = next((each.address for each in _wallets(user) if each.id == target_id), "")
    client_id = entry.sign_in.client_id
    try:
        done = await proved(ctx, waiting, address, answer.signature, client_id=client_id)
    except SignatureIncorrect as wrong:
        await write_down(ctx, user.id, answer.strategy, wrong.code)
        raise
    return Passed(done)


WAY = Way(STRATEGIES, _offers, _attempt, _prepare)
