"""Finds out whose signature one is: what a wallet makes of a message with `personal_sign`.

Source: EIP-191, version 0x45; SEC 1, section 4.1.6 (recovery of the public key); EIP-55.
"""

from typing import Any

from Crypto.Hash import keccak
from Crypto.PublicKey import ECC

PREFIX = b"\x19Ethereum Signed Message:\n"
CURVE = "secp256k1"
PRIME = 2**256 - 2**32 - 977
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
BASE = (
    0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798,
    0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8,
)
SIGNATURE_BYTES = 65
RECOVERY_IDS = {0: 0, 1: 1, 27: 0, 28: 1}
"""The last byte of a signature → whether the point's y is odd; wallets write it in two ways."""


def signer_of(message: str, signature: str) -> str | None:
    """The address, in lower case, of who signed a message; None for what is no signature.

    signature: 65 bytes as hex digits, with or without `0x`: r, s and the recovery id.
    """
    try:
        data = bytes.fromhex(signature.removeprefix("0x"))
    except ValueError:
        return None
    if len(data) != SIGNATURE_BYTES or data[64] not in RECOVERY_IDS:
        return None
    r, s = int.from_bytes(data[:32]), int.from_bytes(data[32:64])
    text = message.encode()
    said = _keccak(PREFIX + str(len(text)).encode() + text)
    key = _public_key(int.from_bytes(said), r, s, RECOVERY_IDS[data[64]])
    return None if key is None else address_of(*key)


def address_of(x: int, y: int) -> str:
    """The address of a public key, in lower case."""
    return "0x" + _keccak(x.to_bytes(32) + y.to_bytes(32))[12:].hex()


def with_checksum(address: str) -> str:
    """An address as people compare it: capitals are its checksum (EIP-55)."""
    digits = address.removeprefix("0x")
    marks = _keccak(digits.encode()).hex()
    return "0x" + "".join(
        digit.upper() if int(mark, 16) >= 8 else digit
        for digit, mark in zip(digits, marks, strict=False)
    )


def _keccak(data: bytes) -> bytes:
    return keccak.new(digest_bits=256, data=data).digest()


def _public_key(said: int, r: int, s: int, is_odd: int) -> tuple[int, int] | None:
    if not (0 < r < ORDER and 0 < s < ORDER):
        return None
    square = (pow(r, 3, PRIME) + 7) % PRIME
    y = pow(square, (PRIME + 1) // 4, PRIME)
    if y * y % PRIME != square:
        return None
    if y % 2 != is_odd:
        y = PRIME - y
    inverse = pow(r, -1, ORDER)
    key = _point(r, y) * (s * inverse % ORDER) + _point(*BASE) * (-said * inverse % ORDER)
    return None if key.is_point_at_infinity() else (int(key.x), int(key.y))


def _point(x: int, y: int) -> Any:
    return ECC.construct(curve=CURVE, point_x=x, point_y=y).pointQ
