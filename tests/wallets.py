"""Wallets that sign, as those of people's browsers do."""

from Crypto.Hash import keccak
from Crypto.PublicKey import ECC

from charter.core.web3_wallets.ethereum import CURVE, ORDER, address_of


class Wallet:
    """A wallet with a key of its own."""

    def __init__(self) -> None:
        self._key = ECC.generate(curve=CURVE)
        point = self._key.pointQ
        self.address = address_of(int(point.x), int(point.y))

    def sign(self, message: str) -> str:
        """What `personal_sign` gives for a message."""
        text = message.encode()
        head = b"\x19Ethereum Signed Message:\n" + str(len(text)).encode()
        said = int.from_bytes(keccak.new(digest_bits=256, data=head + text).digest())
        once = ECC.generate(curve=CURVE)
        point = once.pointQ
        r = int(point.x) % ORDER
        s = pow(int(once.d), -1, ORDER) * (said + r * int(self._key.d)) % ORDER
        return "0x" + (r.to_bytes(32) + s.to_bytes(32) + bytes([27 + int(point.y) % 2])).hex()
