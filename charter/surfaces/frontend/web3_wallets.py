"""One's own Web3 wallets in the Frontend API."""

from charter.core.web3_wallets import own
from charter.surfaces.backend.shapes import Several
from charter.surfaces.backend.users_out import Web3WalletOut
from charter.surfaces.frontend.shapes import Gone, Wrapped
from charter.wire.call import Call
from charter.wire.forms import FormIn

TAG = "Web3 Wallets"
WALLET = "/me/web3_wallets/{web3_wallet_id}"
ELSEWHERE = "a wallet signs where the person is; nobody is led elsewhere"


class CreateWeb3Wallet(FormIn):
    """A new wallet."""

    web3_wallet: str


class PrepareVerification(FormIn):
    """With what the wallet is to sign."""

    strategy: str
    redirect_url: str | None = None


class AttemptVerification(FormIn):
    """What the wallet made of the message."""

    signature: str


CALLS = [
    Call("GET", "/me/web3_wallets", own.search, Several(Web3WalletOut), tag=TAG),
    Call(
        "POST",
        "/me/web3_wallets",
        own.create,
        Wrapped(Web3WalletOut),
        body=CreateWeb3Wallet,
        names={"web3_wallet": "address"},
        tag=TAG,
    ),
    Call("GET", WALLET, own.get, Wrapped(Web3WalletOut), tag=TAG),
    Call("DELETE", WALLET, own.delete, Wrapped(Gone("web3_wallet")), tag=TAG),
    Call(
        "POST",
        WALLET + "/prepare_verification",
        own.prepare_verification,
        Wrapped(Web3WalletOut),
        body=PrepareVerification,
        ignores={"redirect_url": ELSEWHERE},
        tag=TAG,
    ),
    Call(
        "POST",
        WALLET + "/attempt_verification",
        own.attempt_verification,
        Wrapped(Web3WalletOut),
        body=AttemptVerification,
        tag=TAG,
    ),
]
