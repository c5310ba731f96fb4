"""The words of Web3 wallets."""

from dataclasses import dataclass
from datetime import datetime

from charter.core.checks.model import Check
from charter.kernel.errors import DomainError, Kind


@dataclass(frozen=True, slots=True)
class Web3Wallet:
    """A wallet of a user; the address in lower case with its `0x`.

    proof: how far its proof has come; None for one that the app's server vouches for.
    """

    id: str
    user_id: str
    address: str
    is_primary: bool
    is_verified: bool
    proof: Check | None
    created_at: datetime
    updated_at: datetime


class Web3WalletNotFound(DomainError):
    """There is no such wallet."""

    kind, code = Kind.NOT_FOUND, "web3_wallet_not_found"
    message = "No Web3 wallet has this id."


class Web3WalletTaken(DomainError):
    """A user of the instance has this wallet already."""

    kind, code = Kind.UNPROCESSABLE, "web3_wallet_taken"
    message = "That Web3 wallet is taken. Please try another."
    parameter = "web3_wallet"


class Web3WalletInvalid(DomainError):
    """The text is not a wallet address."""

    kind, code = Kind.UNPROCESSABLE, "web3_wallet_invalid"
    message = "{parameter} must be a valid Web3 wallet address."
    parameter = "web3_wallet"
