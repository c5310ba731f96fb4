"""Hashes applied once, with or without a salt: all are insecure and go at the next sign-in."""

import hashlib
import hmac
import re
from contextlib import suppress
from dataclasses import dataclass

from charter.core.passwords.hashers.parts import (
    Malformed,
    base64_bytes,
    equal,
    groups,
    hex_bytes,
    require,
    text_bytes,
)

MAXIMUM_SALT_BYTES = 1024

_SSHA = re.compile(r"\{SSHA\}(.+)")
_HMAC = re.compile(r"hmac_sha256_utf16_b64\$([^$]+)\$(.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class PlainDigest:
    """A hash of the password and nothing else."""

    function: str
    hash: bytes

    def matches(self, password: str) -> bool:
        """Whether the password is the one the digest was made of."""
        return equal(_hash(self.function, text_bytes(password)), self.hash)


@dataclass(frozen=True, slots=True)
class SaltedDigest:
    """A hash of the password and a salt, which stands before it or after it.

    Where no place is published (`salt_follows` is None) both are tried: only who knows salt and
    password can make the one from the other.
    """

    function: str
    salt: bytes
    hash: bytes
    salt_follows: bool | None = None

    def matches(self, password: str) -> bool:
        """Whether the password is the one the digest was made of."""
        key = text_bytes(password)
        before = equal(_hash(self.function, self.salt + key), self.hash)
        after = equal(_hash(self.function, key + self.salt), self.hash)
        if self.salt_follows is None:
            return before | after
        return after if self.salt_follows else before


@dataclass(frozen=True, slots=True)
class HmacDigest:
    """An HMAC-SHA-256 of the password in UTF-16; each of the keys may have been the one."""

    keys: tuple[bytes, ...]
    hash: bytes

    def matches(self, password: str) -> bool:
        """Whether the password is the one the digest was made of."""
        message = password.encode("utf-16-le", "surrogatepass")
        results = [equal(hmac.digest(key, message, hashlib.sha256), self.hash) for key in self.keys]
        return any(results)


def md5(text: str) -> PlainDigest:
    """Read 32 hexadecimal digits."""
    return PlainDigest("md5", _hex_hash("md5", text))


def sha256(text: str) -> PlainDigest:
    """Read 64 hexadecimal digits."""
    return PlainDigest("sha256", _hex_hash("sha256", text))


def md5_salted(text: str) -> SaltedDigest:
    """Read `<salt>$<hash>`, the salt as text, the hash in hex."""
    return _salted("md5", text)


def sha256_salted(text: str) -> SaltedDigest:
    """Read `<salt>$<hash>`, the salt as text, the hash in hex, or the older `<hash>$<salt>`."""
    return _salted("sha256", text)


def ldap_ssha(text: str) -> SaltedDigest:
    """Read `{SSHA}` and the base64 of a SHA-1 over password and salt, followed by that salt.

    Source: OpenLDAP Faq-O-Matic 347.
    """
    (encoded,) = groups(_SSHA, text)
    value = base64_bytes(encoded)
    size = hashlib.sha1(usedforsecurity=False).digest_size
    require(size < len(value) <= size + MAXIMUM_SALT_BYTES)
    return SaltedDigest("sha1", value[size:], value[:size], salt_follows=True)


def hmac_sha256_utf16_b64(text: str) -> HmacDigest:
    """Read `hmac_sha256_utf16_b64$<hash>$<key>`, the hash in base64.

    The password is taken in little-endian UTF-16, .NET's `Encoding.Unicode`. Nobody says how the
    key is written, so base64 and text are both tried.
    """
    value, key = groups(_HMAC, text)
    keys = [text_bytes(key)]
    with suppress(Malformed):
        keys.append(base64_bytes(key))
    digest = HmacDigest(tuple(keys), base64_bytes(value))
    require(len(digest.hash) == hashlib.sha256().digest_size)
    return digest


def _salted(function: str, text: str) -> SaltedDigest:
    salt, _, value = text.rpartition("$")
    if not _is_hex_hash(function, value):
        value, _, salt = text.partition("$")
    encoded = text_bytes(salt)
    require(1 <= len(encoded) <= MAXIMUM_SALT_BYTES)
    return SaltedDigest(function, encoded, _hex_hash(function, value))


def _is_hex_hash(function: str, text: str) -> bool:
    try:
        _hex_hash(function, text)
    except Malformed:
        return False
    return True


def _hex_hash(function: str, text: str) -> bytes:
    value = hex_bytes(text)
    require(len(value) == hashlib.new(function, usedforsecurity=False).digest_size)
    return value


def _hash(function: str, value: bytes) -> bytes:
    return hashlib.new(function, value, usedforsecurity=False).digest()
