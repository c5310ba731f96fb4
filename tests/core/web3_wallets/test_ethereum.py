"""Whose signature one is."""

import pytest

from charter.core.web3_wallets.ethereum import ORDER, signer_of, with_checksum
from tests.wallets import Wallet

# The example of eth-account's documentation: message, signature, address.
MESSAGE = "I♥SF"
SIGNATURE = (
    "0xe6ca9bba58c88611fad66a6ce8f996908195593807c4b38bd528d2cff09d4eb3"
    "3e5bfbbf4d3e39b1a2fd816a7680c19ebebaf3a141b239934ad43cb33fcec8ce1c"
)
ADDRESS = "0x5ce9454909639D2D17A3F753ce7d93fa0b9aB12E"


def test_a_signature_that_another_library_made_tells_its_signer():
    assert signer_of(MESSAGE, SIGNATURE) == ADDRESS.lower()
    assert signer_of(MESSAGE, SIGNATURE.removeprefix("0x").upper()) == ADDRESS.lower()
    assert with_checksum(ADDRESS.lower()) == ADDRESS


def test_wallets_write_the_recovery_id_in_two_ways():
    assert signer_of(MESSAGE, SIGNATURE[:-2] + "01") == ADDRESS.lower()
    assert signer_of(MESSAGE, SIGNATURE[:-2] + "1b") != ADDRESS.lower()


def test_every_wallet_is_told_by_what_it_signs():
    for _ in range(20):
        wallet = Wallet()
        assert signer_of("hello", wallet.sign("hello")) == wallet.address
        assert signer_of("hallo", wallet.sign("hello")) != wallet.address


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "0x",
        "nothing",
        SIGNATURE + "00",
        SIGNATURE[:-2] + "1d",
        "0x" + "00" * 65,
        "0x" + "ff" * 64 + "1b",
        f"0x{ORDER:064x}{1:064x}1b",
        f"0x{5:064x}{1:064x}1b",
    ],
)
def test_what_is_no_signature_is_nobody_s(signature):
    assert signer_of(MESSAGE, signature) is None
