"""Argon2, the function for new passwords and for two kinds of imported digests."""

import re
from dataclasses import dataclass

from argon2 import PasswordHasher, Type
from argon2.low_level import hash_secret_raw

from charter.core.passwords.hashers.parts import (
    base64_bytes,
    equal,
    groups,
    hash_bytes,
    require,
    text_bytes,
)

MEMORY_KIB = 19 * 1024
PASSES = 2
LANES = 1
SALT_BYTES = 16
HASH_BYTES = 32

MAXIMUM_MEMORY_KIB = 128 * 1024
MAXIMUM_WORK_KIB = 1024 * 1024
"""The most memory times passes that a digest may ask for: about one second."""
MAXIMUM_LANES = 16
MAXIMUM_PASSES = 64
"""Each pass starts four threads a lane, so many passes over little memory are slow too."""

_FORM = re.compile(
    r"\$(argon2id?)(?:\$v=([0-9]{1,3}))?"
    r"\$m=([0-9]{1,7}),t=([0-9]{1,5}),p=([0-9]{1,3})"
    r"\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)"
)
_TYPES = {"argon2i": Type.I, "argon2id": Type.ID}
_VERSIONS = {"": 16, "16": 16, "19": 19}
_NEW = PasswordHasher(
    time_cost=PASSES,
    memory_cost=MEMORY_KIB,
    parallelism=LANES,
    hash_len=HASH_BYTES,
    salt_len=SALT_BYTES,
)


@dataclass(frozen=True, slots=True)
class Argon2Digest:
    """An argon2 hash with its variant, version, memory in KiB, passes, lanes and salt."""

    variant: Type
    version: int
    memory_kib: int
    passes: int
    lanes: int
    salt: bytes
    hash: bytes

    def matches(self, password: str) -> bool:
        """Whether the password is the one the digest was made of."""
        found = hash_secret_raw(
            text_bytes(password),
            self.salt,
            self.passes,
            self.memory_kib,
            self.lanes,
            len(self.hash),
            self.variant,
            self.version,
        )
        return equal(found, self.hash)

    def is_weaker_than_new(self) -> bool:
        """Whether a new hash would cost an attacker more than this one."""
        return (
            self.variant is not Type.ID
            or self.version < 19
            or self.memory_kib < MEMORY_KIB
            or self.memory_kib * self.passes < MEMORY_KIB * PASSES
            or len(self.salt) < SALT_BYTES
            or len(self.hash) < HASH_BYTES
        )


def hash_argon2id(password: str) -> str:
    """Hash a password with a fresh salt, its parameters within the result.

    Source: OWASP Password Storage Cheat Sheet, Argon2id: 19 MiB, 2 passes, 1 lane.
    """
    return _NEW.hash(text_bytes(password))


def argon2i(text: str) -> Argon2Digest:
    """Read `$argon2i$v=19$m=…,t=…,p=…$salt$hash`."""
    return _read("argon2i", text)


def argon2id(text: str) -> Argon2Digest:
    """Read `$argon2id$v=19$m=…,t=…,p=…$salt$hash`."""
    return _read("argon2id", text)


def _read(name: str, text: str) -> Argon2Digest:
    """Read the PHC string form; a missing version is 16, as in the reference implementation.

    Raises: Malformed.
    Source: RFC 9106, section 3.1, for the ranges.
    """
    variant, version, memory, passes, lanes, salt, value = groups(_FORM, text)
    require(variant == name)
    require(version in _VERSIONS)
    digest = Argon2Digest(
        variant=_TYPES[variant],
        version=_VERSIONS[version],
        memory_kib=int(memory),
        passes=int(passes),
        lanes=int(lanes),
        salt=base64_bytes(salt),
        hash=hash_bytes(base64_bytes(value)),
    )
    require(1 <= digest.lanes <= MAXIMUM_LANES)
    require(8 * digest.lanes <= digest.memory_kib <= MAXIMUM_MEMORY_KIB)
    require(1 <= digest.passes <= MAXIMUM_PASSES)
    require(digest.memory_kib * digest.passes <= MAXIMUM_WORK_KIB)
    require(len(digest.salt) >= 8)
    return digest
