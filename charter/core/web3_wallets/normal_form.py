"""The one form in which wallet addresses are kept and compared."""

import re

from charter.core.web3_wallets.model import Web3WalletInvalid

_ADDRESS = re.compile(r"0x[0-9a-f]{40}")


def wallet_address(address: str, parameter: str = "web3_wallet") -> str:
    """The address in lower case. Raises: Web3WalletInvalid, for other than 0x and 40 hex digits."""
    folded = address.strip().lower()
    if _ADDRESS.fullmatch(folded) is None:
        raise Web3WalletInvalid(parameter)
    return folded
