"""bcrypt and its variants, none of which may cut a password off at the 72 bytes it takes."""

import hashlib
import re
from dataclasses import dataclass

import bcrypt as library

from charter.core.passwords.errors import PasswordTooLongNeedsReset
from charter.core.passwords.hashers.parts import equal, groups, require, text_bytes

KEY_BYTES = 72
MINIMUM_COST = 4
MAXIMUM_COST = 15
"""Each step doubles the time; 15 is about two seconds."""

HASHED_LENGTH = 56
"""The characters after the version: two of cost, a `$`, 22 of salt and 31 of hash."""

_BCRYPT = r"\$2[abxy]\$[0-9]{2}\$[./A-Za-z0-9]{53}"
_PLAIN = re.compile(f"({_BCRYPT})")
_DJANGO = re.compile(rf"bcrypt_sha256\$({_BCRYPT})")
_PEPPERED = re.compile(rf"({_BCRYPT})\$(.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class BcryptDigest:
    """A bcrypt hash; a pepper follows the password before hashing, and may be empty."""

    encoded: bytes
    pepper: bytes = b""

    def matches(self, password: str) -> bool:
        """Whether the password is the one the digest was made of.

        Raises: PasswordTooLongNeedsReset, when it is longer than 72 bytes and those match.
        """
        key = text_bytes(password)
        # The pepper may be cut, and is by the systems that use one (theirs has 128 characters):
        # it is the same for everyone, while every byte of the password is still within.
        is_match = _matches((key + self.pepper)[:KEY_BYTES], self.encoded)
        if is_match and len(key) > KEY_BYTES:
            raise PasswordTooLongNeedsReset("password")
        return is_match


@dataclass(frozen=True, slots=True)
class BcryptSha256Digest:
    """A bcrypt hash of the password's SHA-256 in hexadecimal digits, which always fits."""

    encoded: bytes

    def matches(self, password: str) -> bool:
        """Whether the password is the one the digest was made of."""
        key = hashlib.sha256(text_bytes(password)).hexdigest().encode()
        return _matches(key, self.encoded)


def bcrypt(text: str) -> BcryptDigest:
    """Read `$2b$<cost>$<salt and hash>`, also with the versions 2a, 2x and 2y.

    2x marks hashes of an old defect with characters beyond ASCII; those passwords do not match.
    """
    (encoded,) = groups(_PLAIN, text)
    return BcryptDigest(_bounded(encoded))


def bcrypt_peppered(text: str) -> BcryptDigest:
    """Read `$2b$<cost>$<salt and hash>$<pepper>`, the pepper as text.

    Source: Devise, lib/devise/encryptor.rb.
    """
    encoded, pepper = groups(_PEPPERED, text)
    return BcryptDigest(_bounded(encoded), text_bytes(pepper))


def bcrypt_sha256_django(text: str) -> BcryptSha256Digest:
    """Read `bcrypt_sha256$$2b$<cost>$<salt and hash>`.

    Source: Django, django/contrib/auth/hashers.py, BCryptSHA256PasswordHasher.
    """
    (encoded,) = groups(_DJANGO, text)
    return BcryptSha256Digest(_bounded(encoded))


def _bounded(encoded: str) -> bytes:
    cost = int(encoded.split("$")[2])
    require(MINIMUM_COST <= cost <= MAXIMUM_COST)
    # 22 characters of salt hold 4 bits too many; the library wants the spare ones to be zero.
    require(encoded[-32] in ".Oeu")
    return encoded.encode()


def _matches(key: bytes, encoded: bytes) -> bool:
    found = library.hashpw(key, encoded)
    # The library writes its own version into the result, so what follows it is compared.
    return equal(found[-HASHED_LENGTH:], encoded[-HASHED_LENGTH:])
