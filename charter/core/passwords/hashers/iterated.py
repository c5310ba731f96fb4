"""phpass and Symfony's old hasher: one fast hash applied many times."""

import hashlib
import re
from dataclasses import dataclass

from charter.core.passwords.hashers.parts import (
    base64_bytes,
    equal,
    groups,
    require,
    text_bytes,
)

MINIMUM_ROUNDS_EXPONENT = 7
MAXIMUM_ROUNDS_EXPONENT = 16
MAXIMUM_SYMFONY_ITERATIONS = 100_000
"""These loops run in Python: the bounds are half a second each for the longest password."""

ALPHABET = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

_PHPASS = re.compile(r"\$[PH]\$([./0-9A-Za-z])([./0-9A-Za-z]{8})([./0-9A-Za-z]{22})")
_SYMFONY = re.compile(r"sha512_symfony\$([0-9]{1,7})\$(.*)\$([^$]+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class PhpassDigest:
    """A phpass checksum as text, with its rounds and salt.

    `is_over_md5` tells that the password's MD5 in hexadecimal digits was hashed, not itself.
    """

    rounds: int
    salt: bytes
    checksum: str
    is_over_md5: bool = False

    def matches(self, password: str) -> bool:
        """Whether the password is the one the digest was made of."""
        key = text_bytes(password)
        if self.is_over_md5:
            key = _md5(key).hex().encode()
        value = _md5(self.salt + key)
        for _ in range(self.rounds):
            value = _md5(value + key)
        return equal(_encode(value).encode(), self.checksum.encode())


@dataclass(frozen=True, slots=True)
class SymfonyDigest:
    """A SHA-512 applied again and again to itself and the salted password."""

    iterations: int
    salt: bytes
    hash: bytes

    def matches(self, password: str) -> bool:
        """Whether the password is the one the digest was made of."""
        salted = text_bytes(password)
        if self.salt:
            salted += b"{" + self.salt + b"}"
        value = hashlib.sha512(salted).digest()
        for _ in range(1, self.iterations):
            value = hashlib.sha512(value + salted).digest()
        return equal(value, self.hash)


def phpass(text: str) -> PhpassDigest:
    """Read `$P$<rounds><salt><checksum>`, also with the `$H$` of phpBB.

    Source: openwall.com/phpass, PasswordHash.php, crypt_private.
    """
    rounds, salt, checksum = groups(_PHPASS, text)
    exponent = ALPHABET.index(rounds)
    require(MINIMUM_ROUNDS_EXPONENT <= exponent <= MAXIMUM_ROUNDS_EXPONENT)
    return PhpassDigest(1 << exponent, salt.encode(), checksum)


def md5_phpass(text: str) -> PhpassDigest:
    """Read a phpass digest that was made of the password's MD5 in hexadecimal digits.

    Its name is all that is published. Systems that held bare MD5 and wrapped it in phpass have
    such digests; phpass over the password has a name of its own.
    """
    digest = phpass(text)
    return PhpassDigest(digest.rounds, digest.salt, digest.checksum, is_over_md5=True)


def sha512_symfony(text: str) -> SymfonyDigest:
    """Read `sha512_symfony$<iterations>$<salt>$<hash>`, the salt as text, the hash in base64.

    Source: Symfony, PasswordHasher/Hasher/MessageDigestPasswordHasher.php.
    """
    iterations, salt, value = groups(_SYMFONY, text)
    require(1 <= int(iterations) <= MAXIMUM_SYMFONY_ITERATIONS)
    digest = SymfonyDigest(int(iterations), text_bytes(salt), base64_bytes(value))
    require(len(digest.hash) == hashlib.sha512().digest_size)
    return digest


def _md5(value: bytes) -> bytes:
    return hashlib.md5(value, usedforsecurity=False).digest()


def _encode(value: bytes) -> str:
    """Write phpass's base64: little-endian groups of three bytes, lowest six bits first."""
    text = ""
    for start in range(0, len(value), 3):
        group = value[start : start + 3]
        number = int.from_bytes(group, "little")
        text += "".join(ALPHABET[number >> 6 * place & 63] for place in range(len(group) + 1))
    return text
