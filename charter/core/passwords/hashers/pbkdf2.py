"""PBKDF2 in five notations, which differ in how they write salt and hash."""

import hashlib
import re
from dataclasses import dataclass

from charter.core.passwords.hashers.parts import (
    Malformed,
    base64_bytes,
    equal,
    groups,
    hash_bytes,
    hex_bytes,
    require,
    text_bytes,
)

MAXIMUM_WORK = 3_000_000
"""The most iterations, times the blocks of the hash: about one and a half seconds."""
MAXIMUM_SALT_BYTES = 1024

_SHA1 = re.compile(r"pbkdf2_sha1\$([0-9]{1,8})\$([^$]+)\$([^$]+)(?:\$([0-9]{1,4}))?")
_SHA256 = re.compile(r"pbkdf2_sha256\$([0-9]{1,8})\$([^$]+)\$([^$]+)")
_SHA512 = re.compile(r"pbkdf2_sha512\$([0-9]{1,8})\$(.+)\$([^$]+)", re.DOTALL)
_SHA512_HEX = re.compile(r"pbkdf2_sha512_hex\$([0-9]{1,8})\$([^$]+)\$([^$]+)")
_BLOCK_BYTES = {"sha1": 20, "sha256": 32, "sha512": 64}


@dataclass(frozen=True, slots=True)
class Pbkdf2Digest:
    """A PBKDF2 hash with its function's name, iterations and salt."""

    function: str
    iterations: int
    salt: bytes
    hash: bytes

    def matches(self, password: str) -> bool:
        """Whether the password is the one the digest was made of."""
        found = hashlib.pbkdf2_hmac(
            self.function, text_bytes(password), self.salt, self.iterations, len(self.hash)
        )
        return equal(found, self.hash)


def pbkdf2_sha1(text: str) -> Pbkdf2Digest:
    """Read `pbkdf2_sha1$<iterations>$<salt>$<hash in hex>`, or that with `$<key length>`.

    A salt that is hexadecimal is decoded, another is taken as text. The length, in bytes, has to
    be the hash's own.
    """
    iterations, salt_text, hash_text, length = groups(_SHA1, text)
    value = hex_bytes(hash_text)
    require(not length or int(length) == len(value))
    try:
        salt = hex_bytes(salt_text)
    except Malformed:
        salt = text_bytes(salt_text)
    return _bounded("sha1", iterations, salt, value)


def pbkdf2_sha256(text: str) -> Pbkdf2Digest:
    """Read `pbkdf2_sha256$<iterations>$<salt>$<hash>`, salt and hash in base64."""
    iterations, salt, value = groups(_SHA256, text)
    return _bounded("sha256", iterations, base64_bytes(salt), base64_bytes(value))


def pbkdf2_sha256_django(text: str) -> Pbkdf2Digest:
    """Read `pbkdf2_sha256$<iterations>$<salt>$<hash>`, the salt as text, the hash in base64.

    Source: Django, django/contrib/auth/hashers.py, PBKDF2PasswordHasher.
    """
    iterations, salt, value = groups(_SHA256, text)
    return _bounded("sha256", iterations, text_bytes(salt), base64_bytes(value))


def pbkdf2_sha512(text: str) -> Pbkdf2Digest:
    """Read `pbkdf2_sha512$<iterations>$<salt>$<hash>`, the salt as text, the hash in hex."""
    iterations, salt, value = groups(_SHA512, text)
    return _bounded("sha512", iterations, text_bytes(salt), hex_bytes(value))


def pbkdf2_sha512_hex(text: str) -> Pbkdf2Digest:
    """Read `pbkdf2_sha512_hex$<iterations>$<salt>$<hash>`, salt and hash in hex."""
    iterations, salt, value = groups(_SHA512_HEX, text)
    return _bounded("sha512", iterations, hex_bytes(salt), hex_bytes(value))


def _bounded(function: str, iterations: str, salt: bytes, value: bytes) -> Pbkdf2Digest:
    """The digest, refused when it would take too long.

    Raises: Malformed.
    Source: RFC 8018, section 5.2: every block of the hash costs all the iterations again.
    """
    count = int(iterations)
    blocks = -(-len(hash_bytes(value)) // _BLOCK_BYTES[function])
    require(count >= 1)
    require(count * blocks <= MAXIMUM_WORK)
    require(len(salt) <= MAXIMUM_SALT_BYTES)
    return Pbkdf2Digest(function, count, salt, value)
