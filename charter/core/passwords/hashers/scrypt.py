"""scrypt as Firebase and Werkzeug use it."""

import hashlib
import re
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR

from charter.core.passwords.hashers.parts import (
    base64_bytes,
    equal,
    groups,
    hash_bytes,
    hex_bytes,
    require,
    text_bytes,
)

MAXIMUM_MEMORY_BYTES = 64 * 1024 * 1024
MAXIMUM_BLOCK_SIZE = 64
MAXIMUM_LANES = 4
KEY_BYTES = 64

_FIREBASE = re.compile(
    r"([^$]+)\$([^$]+)\$([^$]+)\$([^$]*)\$([0-9]{1,3})\$([0-9]{1,2})",
)
_WERKZEUG = re.compile(
    r"\$?scrypt:([0-9]{1,8}):([0-9]{1,3}):([0-9]{1,3})\$([^$]+)\$([^$]+)",
)
_WERKZEUG_HEX_LENGTH = 2 * KEY_BYTES


@dataclass(frozen=True, slots=True)
class ScryptCost:
    """scrypt's cost (a power of two), block size and lanes, all within bounds.

    Raises: Malformed, when they are not.
    """

    cost: int
    block_size: int
    lanes: int = 1

    def __post_init__(self) -> None:
        require(self.cost >= 2)
        require(self.cost & (self.cost - 1) == 0)
        require(1 <= self.block_size <= MAXIMUM_BLOCK_SIZE)
        require(1 <= self.lanes <= MAXIMUM_LANES)
        require(128 * self.cost * self.block_size <= MAXIMUM_MEMORY_BYTES)
        # RFC 7914, section 6: the cost is less than 2^(128 * block size / 8).
        require(self.cost.bit_length() - 1 < 16 * self.block_size)

    def derive(self, password: str, salt: bytes) -> bytes:
        """The key of 64 bytes for a password and a salt."""
        return hashlib.scrypt(
            text_bytes(password),
            salt=salt,
            n=self.cost,
            r=self.block_size,
            p=self.lanes,
            maxmem=2 * MAXIMUM_MEMORY_BYTES,
            dklen=KEY_BYTES,
        )


@dataclass(frozen=True, slots=True)
class WerkzeugDigest:
    """A scrypt key with its cost and salt."""

    cost: ScryptCost
    salt: bytes
    hash: bytes

    def matches(self, password: str) -> bool:
        """Whether the password is the one the digest was made of."""
        return equal(self.cost.derive(password, self.salt), self.hash)


@dataclass(frozen=True, slots=True)
class FirebaseDigest:
    """A project's signer key, encrypted with a key that scrypt made of the password."""

    cost: ScryptCost
    salt: bytes
    signer_key: bytes
    hash: bytes

    def matches(self, password: str) -> bool:
        """Whether the password is the one the digest was made of."""
        key = self.cost.derive(password, self.salt)[:32]
        encryptor = Cipher(AES(key), CTR(bytes(16))).encryptor()
        return equal(encryptor.update(self.signer_key) + encryptor.finalize(), self.hash)


def scrypt_firebase(text: str) -> FirebaseDigest:
    """Read `<hash>$<salt>$<signer key>$<salt separator>$<rounds>$<memory cost>`.

    The first four are base64, the separator may be empty; the memory cost is a power of two's
    exponent.

    Source: github.com/firebase/scrypt.
    """
    value, salt, signer_key, separator, rounds, memory = groups(_FIREBASE, text)
    digest = FirebaseDigest(
        cost=ScryptCost(1 << int(memory), int(rounds)),
        salt=base64_bytes(salt) + (base64_bytes(separator) if separator else b""),
        signer_key=base64_bytes(signer_key),
        hash=hash_bytes(base64_bytes(value)),
    )
    require(len(digest.hash) == len(digest.signer_key))
    return digest


def scrypt_werkzeug(text: str) -> WerkzeugDigest:
    """Read `scrypt:<cost>:<block size>:<lanes>$<salt>$<hash>`, with or without a `$` before it.

    The salt is text. The hash is hexadecimal as Werkzeug writes it, or base64 as the Backend API's
    page says.

    Source: Werkzeug, werkzeug/security.py.
    """
    cost, block_size, lanes, salt, value = groups(_WERKZEUG, text)
    is_hex = len(value) == _WERKZEUG_HEX_LENGTH
    digest = WerkzeugDigest(
        cost=ScryptCost(int(cost), int(block_size), int(lanes)),
        salt=text_bytes(salt),
        hash=hex_bytes(value) if is_hex else base64_bytes(value),
    )
    require(len(digest.hash) == KEY_BYTES)
    return digest
